"""Reads of activation."""
