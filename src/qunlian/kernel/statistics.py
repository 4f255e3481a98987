"""Let the database count its rows after a bulk load.

Until it has, it guesses that any condition finds one row, picks indexes at random, and the checks of
foreign keys scan: a load of 200,000 rows then takes hours. Autovacuum would count a minute later.
"""

from django.db import connection


def refresh(*tables: str) -> None:
    """Count these tables now; in a short transaction of its own, after the load has committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_refresh_statistics(%s)", [list(tables)])
