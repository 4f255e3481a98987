"""The job runner and the schedules."""
