"""``qunlian import`` as a person at the machine uses it."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner

from qunlian.channel import jobs
from qunlian.channel.models import ImportRun, Store
from qunlian.cli import import_
from qunlian.cli.installation import Installation
from qunlian.kernel import scope
from tests.cast_words import Cast

FILE = "门店编码,门店名称,片区编码\nZ1,新店,PA\n"


@pytest.fixture
def run(cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(import_, "serving", lambda: nullcontext(Installation(tmp_path)))
    file = tmp_path / "门店.csv"
    file.write_text(FILE, encoding="utf-8")
    whose = str(cast.ids["brand"])
    return lambda: CliRunner().invoke(
        import_.command, ["stores", str(file), "--enterprise", whose], catch_exceptions=False
    )


def _is_there(cast: Cast) -> bool:
    with scope.reading(cast.hua):
        return Store.objects.filter(code="Z1").exists()


def test_it_loads_by_itself(cast: Cast, run) -> None:
    assert "loaded: 1 new" in run().output
    assert _is_there(cast)


def test_where_qunlian_runs_its_worker_loads_once(
    cast: Cast, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_, "running", lambda _installation: {"pid": "1"})
    works = []

    def work(_seconds: float) -> None:
        with scope.reading(cast.hua):
            works.append(ImportRun.objects.order_by("-pk")[0].pk)
        jobs.commit(enterprise_id=cast.ids["brand"], account_id=None, run_id=works[-1])

    monkeypatch.setattr(import_.time, "sleep", work)
    assert "loaded: 1 new" in run().output
    assert len(works) == 1
    assert _is_there(cast)
