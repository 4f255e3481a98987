"""Reads of insight: the page of today and the counts behind it."""
