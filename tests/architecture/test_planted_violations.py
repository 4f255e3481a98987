"""Each law catches its violation: planted in a copy of the sources, or in a database of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.architecture import checks

ROOT = checks.SRC.parents[1]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of our sources to plant something in."""
    shutil.copytree(
        checks.SRC, tmp_path / "src" / "qunlian", ignore=shutil.ignore_patterns("static")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _imports(house: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(house / "src")}
    return subprocess.run(
        command, check=False, cwd=house, env=environment, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("kernel/clock.py", "import qunlian.channel.models"),
        ("community/rules/__init__.py", "import django.db"),
        ("messaging/jobs.py", "import qunlian.channel.models"),
        ("console/nav.py", "import qunlian.platforms.web"),
        ("platforms/web/__init__.py", "import qunlian.sandboxes.wecom.crypto"),
        ("sandboxes/wecom/settings.py", "import qunlian.kernel.clock"),
    ],
)
def test_a_border_is_watched(house: Path, place: str, line: str) -> None:
    path = house / "src" / "qunlian" / place
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + f"\n{line}\n")
    answer = _imports(house)
    assert answer.returncode != 0
    assert "BROKEN" in answer.stdout


def test_a_long_function_is_seen(house: Path) -> None:
    body = "\n".join("    x = 1" for _ in range(61))
    (house / "src/qunlian/kernel/long.py").write_text(f"def long():\n{body}\n")
    assert any("kernel/long.py:1 long" in line for line in checks.sizes(house / "src/qunlian"))


def test_an_untested_action_is_seen(house: Path) -> None:
    path = house / "src/qunlian/channel/actions/forget_test.py"
    path.write_text("def forget_test(*, actor):\n    pass\n")
    assert any("forget_test" in line for line in checks.one_name(house / "src/qunlian"))


def test_a_clock_below_the_interfaces_is_seen(house: Path) -> None:
    path = house / "src/qunlian/channel/actions/look_at_watch.py"
    path.write_text("import datetime\nNOW = datetime.datetime.now()\n")
    assert checks.clocks_below_interfaces(house / "src/qunlian")


def test_an_undocumented_refusal_is_seen(house: Path) -> None:
    path = house / "src/qunlian/channel/actions/refuse.py"
    path.write_text('def refuse(*, actor):\n    """Refuse."""\n    raise NotFound(id=1)\n')
    assert checks.undocumented_refusals(house / "src/qunlian")


def test_a_table_without_forced_row_security_is_seen(owner: psycopg.Connection) -> None:
    owner.execute("CREATE TABLE channel_leak (enterprise_id bigint, id bigint)")
    owner.execute("ALTER TABLE channel_leak ENABLE ROW LEVEL SECURITY")
    assert any("channel_leak" in line for line in checks.unfenced_tables(owner))


def test_a_fence_taken_down_is_seen(owner: psycopg.Connection) -> None:
    owner.execute("ALTER TABLE channel_store NO FORCE ROW LEVEL SECURITY")
    assert checks.unfenced_tables(owner) == [
        "channel_store: row-level security is not forced by enterprise"
    ]


def test_a_superuser_as_serving_role_is_seen(database: str) -> None:
    cluster = os.environ["QUNLIAN_TEST_CLUSTER_URL"]
    with psycopg.connect(cluster, dbname=database) as superuser:
        assert checks.dangerous_role(superuser)
