"""The documents are tests: what they tell to type works, and what they point to is there."""
