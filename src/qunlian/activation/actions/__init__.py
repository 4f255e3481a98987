"""Writes of activation, one use case per file."""
