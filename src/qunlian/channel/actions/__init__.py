"""Writes of the channel, one use case per file."""
