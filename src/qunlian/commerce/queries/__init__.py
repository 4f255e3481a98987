"""Reads, one dataclass per page's need; what other slices and the interfaces may call."""
