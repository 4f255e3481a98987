"""Pages of activation: whom to begin with, and the waves."""
