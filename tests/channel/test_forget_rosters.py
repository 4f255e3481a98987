"""Uploaded files and handed-back rows go after a while; what they did stays on record."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from qunlian.channel import jobs
from qunlian.channel.actions.check_roster import FileForgotten, check_roster
from qunlian.channel.actions.forget_rosters import forget_rosters
from qunlian.channel.actions.load_roster import load_roster
from qunlian.channel.queries import imports
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast
from tests.channel.rosters import bring_in, csv_file, handed_back, upload

LATER = NOON + timedelta(days=91)
HEAD = "编码,名称,区域编码"


@pytest.fixture
def home(tmp_path: Path):
    with override_settings(HOME=tmp_path / "home"):
        yield tmp_path


def _files() -> int:
    return sum(path.is_file() for path in imports.folder().rglob("*"))


def test_old_files_go_and_the_record_stays(cast: Cast, home: Path, logged_in) -> None:
    loaded = bring_in(cast.hua, csv_file(home, HEAD, "N1,新店,PA", "N2,坏店,没有"))
    waiting = upload(cast.hua, csv_file(home, HEAD, "N3,新店,PA"))
    assert _files() == 3
    brand = system_actor(cast.ids["brand"])
    assert forget_rosters(actor=brand, days=90, now=NOON + timedelta(days=89)).runs == 0
    assert forget_rosters(actor=brand, days=90, now=LATER).runs == 2
    assert _files() == 0
    card = imports.import_card(cast.hua, loaded.id, now=LATER)
    assert (card.state, card.summary["new"], card.is_kept) == ("loaded", 1, False)
    assert len(handed_back(cast.hua, card)) == 1
    with pytest.raises(FileForgotten):
        load_roster(actor=cast.hua, run_id=waiting.id, now=LATER)
    with pytest.raises(FileForgotten):
        check_roster(actor=cast.hua, run_id=waiting.id, mapping={}, options={}, now=LATER)
    client = logged_in(cast.hua)
    for run in (loaded, waiting):
        page = client.get(f"/imports/{run.id}")
        assert page.status_code == 200
        assert "不再保留" in page.content.decode()
    assert forget_rosters(actor=brand, days=90, now=LATER).runs == 0


def test_another_enterprise_keeps_its_own(cast: Cast, home: Path) -> None:
    upload(cast.hua, csv_file(home, HEAD, "N1,新店,PA"))
    assert forget_rosters(actor=system_actor(cast.ids["other"]), days=90, now=LATER).runs == 0
    assert _files() == 1


def test_a_file_that_no_import_knows_goes_after_a_day(cast: Cast, home: Path) -> None:
    upload(cast.hua, csv_file(home, HEAD, "N1,新店,PA"))
    stray = imports.folder() / str(cast.ids["brand"]) / "0123"
    stray.write_text("left by a killed upload")
    os.utime(stray, (NOON.timestamp(), NOON.timestamp()))
    brand = system_actor(cast.ids["brand"])
    assert forget_rosters(actor=brand, days=90, now=NOON).strays == 0
    done = forget_rosters(actor=brand, days=90, now=NOON + timedelta(days=2))
    assert (done.runs, done.strays, _files()) == (0, 1, 1)


def test_the_nightly_job_visits_every_enterprise(cast: Cast, home: Path) -> None:
    upload(cast.hua, csv_file(home, HEAD, "N1,新店,PA"))
    with override_settings(KEEP_ROSTERS_DAYS=-10_000):
        jobs.forget_rosters(0)
    assert _files() == 0
