"""Phone pages of the channel: coming back on a new phone."""
