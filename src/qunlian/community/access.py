"""Doors of this slice (to come)."""
