"""Sell in groups: catalogue, prices, stock, orders, and the ledger that always balances."""
