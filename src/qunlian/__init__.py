"""Qunlian: turn a brand's channel into a planned, owned, measured matrix of chat groups."""
