"""Phone pages of the community: joining by a store's code."""
