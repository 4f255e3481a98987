"""Reads of the community, one file per subject; what other slices and the interfaces may call."""
