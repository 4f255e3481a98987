"""
Rosters: how rows of a spreadsheet become territories, staff, distributors, stores and sales.

Whole columns at a time, in polars frames; importable and testable without Django. ``fields.py`` says what a
roster may hold, ``cells.py`` reads cells, ``lookups.py`` finds what they name, one file per kind
(``stores.py`` …) decides for every row whether it is new, changed, the same or bad, and why.
Reading the database is queries/rosters.py, writing it loading.py.
"""
