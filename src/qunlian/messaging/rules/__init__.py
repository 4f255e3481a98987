"""Pure decisions: what a message may hold, which groups a slice means, what was proved."""
