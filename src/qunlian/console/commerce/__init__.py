"""Console pages of the commerce slice."""
