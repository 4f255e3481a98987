"""Reads of the channel, one file per subject; what other slices and the interfaces may call."""
