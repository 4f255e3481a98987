"""Asking for a load: once, by somebody who may."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from qunlian.channel.actions.check_roster import ColumnsMissing, ImportBusy, ImportDone
from qunlian.channel.actions.load_roster import load_roster
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.channel.rosters import bring_in, csv_file, upload


def test_a_load_waits_for_its_job_and_cannot_be_asked_twice(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, "店编码,店名,区域", "N1,店,PA"))
    card = load_roster(actor=cast.hua, run_id=card.id, is_all_or_nothing=True, now=NOON)
    assert (card.state, card.options["is_all_or_nothing"]) == ("loading", True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs")
        assert cursor.fetchall() == [("channel.commit_roster",)]
    with pytest.raises(ImportBusy):
        load_roster(actor=cast.hua, run_id=card.id, now=NOON)


def test_one_that_fell_silent_can_be_started_again(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, "店编码,店名,区域", "N1,店,PA"))
    load_roster(actor=cast.hua, run_id=card.id, now=NOON)
    later = NOON + timedelta(minutes=2)
    assert load_roster(actor=cast.hua, run_id=card.id, now=later).state == "loading"


def test_a_loaded_file_is_done(cast: Cast, tmp_path: Path) -> None:
    card = bring_in(cast.hua, csv_file(tmp_path, "店编码,店名,区域", "N1,店,PA"))
    with pytest.raises(ImportDone):
        load_roster(actor=cast.hua, run_id=card.id, now=NOON)


def test_a_required_column_must_be_there(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, "x,y", "N1,店"))
    with pytest.raises(ColumnsMissing):
        load_roster(actor=cast.hua, run_id=card.id, now=NOON)


def test_an_outsider_finds_nothing(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, "店编码,店名,区域", "N1,店,PA"))
    with pytest.raises(NotFound):
        load_roster(actor=cast.wai, run_id=card.id, now=NOON)
