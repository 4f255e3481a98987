"""Writes of messaging, one use case per file."""
