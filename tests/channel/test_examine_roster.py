"""Checking a whole file changes nothing but the import's own row."""

from pathlib import Path

import pytest

from qunlian.channel.actions.check_roster import check_roster
from qunlian.channel.actions.commit_roster import commit_roster
from qunlian.channel.actions.examine_roster import examine_roster
from qunlian.channel.actions.load_roster import load_roster
from qunlian.channel.progress import NoProgress
from qunlian.channel.queries.import_rows import import_preview
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.channel.rosters import counts, csv_file, fetch, upload

LINES = ("店编码,店名,区域", "A1,改了名,PA", "A2,东街2号便利店,PA", "N1,新店,PA", "N2,坏店,没有")


def test_a_check_counts_and_keeps_the_bad_rows(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, *LINES))
    check_roster(actor=cast.hua, run_id=card.id, mapping=card.mapping, options={}, now=NOON)
    done = examine_roster(actor=cast.hua, run_id=card.id, progress=NoProgress(), now=NOON)
    assert (done.state, done.rows_total) == ("checked", 4)
    assert counts(done) == (1, 1, 1, 1)
    assert fetch(cast.hua, "SELECT name FROM channel_store WHERE code IN ('A1', 'N1')") == [
        ("东街1号便利店",)
    ]
    again = examine_roster(actor=cast.hua, run_id=card.id, progress=NoProgress(), now=NOON)
    assert again.state == "checked"


def test_the_preview_shows_old_and_new_and_why(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, *LINES))
    preview = import_preview(cast.hua, card.id, mapping=card.mapping, options={}, now=NOON)
    assert [row.state for row in preview.rows] == ["changed", "same", "new", "bad"]
    assert [row.line for row in preview.rows] == [2, 3, 4, 5]
    name = preview.rows[0].cells[1]
    assert (name.text, name.old) == ("改了名", "东街1号便利店")
    assert preview.rows[3].cells[2].problem


def test_units_follow_the_column_that_a_person_chooses(cast: Cast, tmp_path: Path) -> None:
    lines = ("店编码,店名,区域,评分,评论数", "N1,新店,PA,4,70", "N2,二店,PA,2,12")
    card = upload(cast.hua, csv_file(tmp_path, *lines))
    for column in (3, 4):
        mapping = {**card.mapping, "closeness": column}
        check_roster(actor=cast.hua, run_id=card.id, mapping=mapping, options={}, now=NOON)
        done = examine_roster(actor=cast.hua, run_id=card.id, progress=NoProgress(), now=NOON)
        assert counts(done) == (2, 0, 0, 0)
    load_roster(actor=cast.hua, run_id=card.id, is_all_or_nothing=True, now=NOON)
    commit_roster(actor=cast.hua, run_id=card.id, progress=NoProgress(), now=NOON)
    found = fetch(cast.hua, "SELECT closeness FROM channel_store WHERE code = 'N1'")
    assert [float(row[0]) for row in found] == [70]


def test_a_preview_says_what_is_missing(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, "x,y", "1,2"))
    assert import_preview(cast.hua, card.id, mapping={}, options={}, now=NOON).missing == ("name",)


def test_an_outsider_finds_nothing(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, *LINES))
    with pytest.raises(NotFound):
        examine_roster(actor=cast.wai, run_id=card.id, progress=NoProgress(), now=NOON)
