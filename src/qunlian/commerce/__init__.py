"""
Catalogue, orders and the double-entry ledger.

rules/      prices, the order's states, money that must add up: pure
models/     catalogue, orders (with payments, refunds, the test cashier's bills), ledger
steps.py    ``post`` puts a transfer into the ledger, inside a caller's transaction; others move stock
actions/    place_order, take_note (the cashier says), ship_order, sign_order, refund_order …
queries/    product_offer, order_card, board, trial_balance, money_today …
The database itself refuses an unbalanced transfer, a changed entry, stock or credit below nothing.
"""
