"""Commands that print a table for people and one line per scenario; `make bench NAME=…`."""
