"""Asking for a check: the person's mapping is kept, and a required column must be there."""

from pathlib import Path

import pytest
from django.db import connection

from qunlian.channel.actions.check_roster import (
    ColumnsMissing,
    ImportBusy,
    ImportDone,
    check_roster,
)
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.channel.rosters import bring_in, csv_file, upload


def test_the_mapping_is_kept_and_the_check_waits(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, "a,b,区域", "N1,店,PA"))
    mapping = {"code": 0, "name": 1, "territory": 2, "nonsense": 1, "type": 9}
    card = check_roster(
        actor=cast.hua, run_id=card.id, mapping=mapping, options={"creates": True}, now=NOON
    )
    assert card.state == "checking"
    assert card.mapping == {"code": 0, "name": 1, "territory": 2}
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args ->> 'run_id' FROM procrastinate_jobs")
        assert cursor.fetchall() == [("channel.examine_roster", str(card.id))]
    with pytest.raises(ImportBusy):
        check_roster(actor=cast.hua, run_id=card.id, mapping=mapping, options={}, now=NOON)


def test_a_required_column_must_be_chosen(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, "a,b", "N1,店"))
    with pytest.raises(ColumnsMissing):
        check_roster(actor=cast.hua, run_id=card.id, mapping={"type": 0}, options={}, now=NOON)


def test_what_was_loaded_is_done(cast: Cast, tmp_path: Path) -> None:
    card = bring_in(cast.hua, csv_file(tmp_path, "店编码,店名,区域", "N1,店,PA"))
    with pytest.raises(ImportDone):
        check_roster(actor=cast.hua, run_id=card.id, mapping=card.mapping, options={}, now=NOON)


@pytest.mark.parametrize("who", ["wai", "song", "ma"])
def test_an_outsider_finds_nothing(cast: Cast, tmp_path: Path, who: str) -> None:
    card = upload(cast.rong, csv_file(tmp_path, "店编码,店名", "N1,店"))
    with pytest.raises(NotFound):
        check_roster(actor=getattr(cast, who), run_id=card.id, mapping={}, options={}, now=NOON)
