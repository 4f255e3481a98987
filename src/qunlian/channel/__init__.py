"""
The brand's channel: who sells for us, where, and who looks after them.

Words: an *enterprise* is the tenant; a *territory* a node of the sales tree (its leaves are reps' patches);
*staff* work for us and cover territories over time; a *distributor* (of any tier) and a *store* are
partners; a *person* is a human behind them. Doors: access.py. Reads: queries/. Writes: actions/.
Log-ins, tokens and public codes are the registry, outside row-level security.
"""
