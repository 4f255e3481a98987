"""Console pages of commerce: orders.py (list, board, one), catalogue.py, ledger.py."""
