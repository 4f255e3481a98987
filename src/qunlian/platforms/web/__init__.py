"""The built-in platform: rooms of our own in the database, for members with nothing but a browser."""
