"""Writes of the community, one file per use case; only interfaces and jobs call them."""
