"""kill -9 in the middle of a load: before its commit nothing is there, after it everything, and it runs again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from qunlian.channel import jobs
from qunlian.channel.actions.load_roster import load_roster
from tests.cast_words import NOON, Cast
from tests.channel.rosters import csv_file, fetch, upload

ROWS = 500
LINES = ("店编码,店名,区域,店主,手机", *(f"K{n},店{n},PA,老板{n},139{n:08}" for n in range(ROWS)))
COUNTS = """
SELECT (SELECT count(*) FROM channel_store WHERE code LIKE 'K%'),
       (SELECT count(*) FROM channel_person WHERE phone LIKE '+86139%'),
       (SELECT count(*) FROM channel_contact c JOIN channel_store s ON s.id = c.store_id WHERE code LIKE 'K%'),
       (SELECT state FROM channel_import_run)
"""


@pytest.mark.parametrize(
    "moment", ["checked", "staged", "written", "before commit", "after commit"]
)
def test_a_killed_load_is_nothing_or_all_and_runs_again(
    cast: Cast, database: str, tmp_path: Path, moment: str
) -> None:
    card = upload(cast.hua, csv_file(tmp_path, *LINES))
    load_roster(actor=cast.hua, run_id=card.id, now=NOON)
    brand = cast.ids["brand"]
    url = psycopg.conninfo.make_conninfo(os.environ["QUNLIAN_DATABASE_URL"], dbname=database)
    killed = subprocess.run(
        [sys.executable, "-m", "tests.channel.kill_import", moment, str(brand), str(card.id)],
        env=os.environ | {"QUNLIAN_DATABASE_URL": url},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    is_in = moment == "after commit"
    expected = (ROWS, ROWS, ROWS, "loaded") if is_in else (0, 0, 0, "loading")
    assert fetch(cast.hua, COUNTS) == [expected]
    jobs.commit(enterprise_id=brand, account_id=None, run_id=card.id)
    assert fetch(cast.hua, COUNTS) == [(ROWS, ROWS, ROWS, "loaded")]
