"""Console pages of the insight slice."""
