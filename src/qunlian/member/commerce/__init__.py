"""Member pages of commerce: shop.py (offers, ordering), orders.py (mine, paying, signing)."""
