"""Writes of insight, one use case per file."""
