"""
What every room stands on; knows no feature.

Refusals (errors.py), who is asking and how far he reaches (actor.py), the only way to the database
(scope.py), facts (journal.py), work for later (queue.py), money, clock, lists by key (paging.py),
and the SQL that makes a table a tenant's own (tenancy.py).
"""
