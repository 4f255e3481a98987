"""Writes of commerce, one use case per file."""
