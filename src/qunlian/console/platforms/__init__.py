"""Console pages about outside platforms: setting them up, logging in by them, the page beside a chat."""
