"""An import whose work ended early says so and can be run again."""

from pathlib import Path

import pytest

from qunlian.channel.actions.load_roster import load_roster
from qunlian.channel.actions.stop_import import stop_import
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.channel.rosters import bring_in, csv_file, upload


def test_a_failed_import_can_be_run_again(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, "店编码,店名,区域", "N1,店,PA"))
    load_roster(actor=cast.hua, run_id=card.id, now=NOON)
    card = stop_import(
        actor=cast.hua, run_id=card.id, state="failed", problem={"request_id": "r"}, now=NOON
    )
    assert (card.state, card.problem) == ("failed", {"request_id": "r"})
    assert load_roster(actor=cast.hua, run_id=card.id, now=NOON).state == "loading"


def test_one_that_was_loaded_stays_loaded(cast: Cast, tmp_path: Path) -> None:
    card = bring_in(cast.hua, csv_file(tmp_path, "店编码,店名,区域", "N1,店,PA"))
    card = stop_import(actor=cast.hua, run_id=card.id, state="failed", problem={}, now=NOON)
    assert card.state == "loaded"


def test_an_outsider_finds_nothing(cast: Cast, tmp_path: Path) -> None:
    card = upload(cast.hua, csv_file(tmp_path, "店编码,店名", "N1,店"))
    with pytest.raises(NotFound):
        stop_import(actor=cast.wai, run_id=card.id, state="failed", problem={}, now=NOON)
