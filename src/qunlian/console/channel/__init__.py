"""Console pages of the channel slice."""
