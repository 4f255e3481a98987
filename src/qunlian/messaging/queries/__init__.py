"""Reads of messaging, one file per subject; what other slices and the interfaces may call."""
