"""kill -9 of web, worker and database at bad moments, against a whole installation."""
