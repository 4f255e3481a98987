"""Console pages of the community slice."""
