"""Pure decisions of commerce: prices, the order's states, and legs that add up."""
