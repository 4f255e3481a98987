"""The API: operations, refusals, and its committed description."""
