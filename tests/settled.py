"""The journal shows a fact once every older transaction of the whole server has ended; tests share a server."""

import time

from django.db import connection

PATIENCE_SECONDS = 30


def wait_for_journal() -> None:
    """Wait until what was written so far can be read from the journal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (written,) = cursor.fetchone()
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            cursor.execute(
                "SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::text::xid8", [written]
            )
            if cursor.fetchone() == (True,):
                return
            time.sleep(0.02)
