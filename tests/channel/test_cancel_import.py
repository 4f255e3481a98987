"""Cancelling: at once when nobody works on it, heard while somebody does."""

import threading
from pathlib import Path

import pytest
from django.db import connection, connections

from qunlian.channel.actions.cancel_import import cancel_import
from qunlian.channel.actions.load_roster import load_roster
from qunlian.channel.models import ImportRun
from qunlian.channel.progress import ImportCancelled, RunProgress
from qunlian.kernel import clock, scope
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.channel.rosters import csv_file, fetch, upload

HALF = """
INSERT INTO channel_person (enterprise_id, name, phone, created_at) VALUES (%s, 'half', '', now())
"""
LINES = ("店编码,店名,区域", "N1,店,PA")


def test_one_that_waits_is_cancelled_at_once(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, *LINES))
    assert cancel_import(actor=cast.hua, run_id=card.id, now=NOON).state == "cancelled"


def test_a_running_load_hears_it_and_leaves_nothing(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, *LINES))
    load_roster(actor=cast.hua, run_id=card.id, now=clock.now())

    def cancel() -> None:
        try:
            cancel_import(actor=cast.hua, run_id=card.id, now=clock.now())
        finally:
            connections.close_all()

    def load() -> None:
        with RunProgress(cast.hua, card.id), scope.writing(cast.hua), connection.cursor() as cursor:
            cursor.execute(HALF, [cast.ids["brand"]])
            threading.Thread(target=cancel).start()
            cursor.execute("SELECT pg_sleep(20)")  # a statement that takes long is interrupted

    with pytest.raises(ImportCancelled):
        load()
    assert fetch(cast.hua, "SELECT 1 FROM channel_person WHERE name = 'half'") == []
    assert fetch(cast.hua, "SELECT 1 FROM channel_store WHERE code = 'N1'") == []


def test_progress_shows_to_others_while_the_transaction_is_open(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, *LINES))
    load_roster(actor=cast.hua, run_id=card.id, now=clock.now())
    with RunProgress(cast.hua, card.id) as progress, scope.writing(cast.hua):
        ImportRun.objects.count()
        progress.at("writing", 1)
        seen: list[tuple[str, int]] = []

        def look() -> None:
            while ("writing", 1) not in seen:
                seen.extend(fetch(cast.hua, "SELECT phase, rows_done FROM channel_import_run"))
            connections.close_all()

        other = threading.Thread(target=look)
        other.start()
        other.join(10)
    assert ("writing", 1) in seen


def test_an_outsider_finds_nothing(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, *LINES))
    with pytest.raises(NotFound):
        cancel_import(actor=cast.wai, run_id=card.id, now=NOON)
