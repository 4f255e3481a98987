"""Console pages of the messaging slice."""
