"""The server that the tests run on: their own, or that of DATABASE_URL."""

import os

from psycopg.conninfo import conninfo_to_dict


def owner_role() -> str:
    """Return the role that owns the tests' databases."""
    return str(conninfo_to_dict(os.environ["QUNLIAN_TEST_OWNER_URL"])["user"])
