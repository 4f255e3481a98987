"""Every command that a document tells to type exists, and those of ``qunlian`` are typed here."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import psycopg
import pytest

from qunlian.cli import main
from qunlian.cli.embedded_postgres import EmbeddedPostgres
from qunlian.cli.runtime import DATABASE
from tests import laid
from tests.docs.pages import ROOT, Command, commands

#: Programs of the machine, which are not ours to prove.
FOREIGN = {"git", "apt-get", "export", "cd", "su", "docker", "curl"}
#: Not run here: they go on for ever, or have tests of their own.
NOT_RUN = {
    "up": "tests/cli/test_up.py",
    "demo": "tests/cli/test_demo.py",
    "doctor": "tests/cli/test_doctor.py",
    "sandbox": "tests/sandboxes/wecom/test_company.py, test_howto.py",
}
#: What must have happened before: the roster before the plan, the backup before it comes back.
ORDER = ("createuser", "import", "plan", "export", "maintain", "backup", "restore")
ALL = commands()
OURS = [command for command in ALL if command.program == "qunlian"]
ROSTERS = {
    "territories": "区域编码,区域名称,上级区域,是否片区\nN,华北,,否\nN-1,石原市,N,否\nPA,一片,N-1,是\n",
    "staff": "工号,姓名,角色,区域\nR001,荣小明,业务员,PA\n",
    "distributors": "经销商编码,经销商名称\nD001,杜氏商贸\n",
    "stores": "门店编码,门店名称,片区编码,业务员\nS1,东街便利店,PA,荣小明\n",
    "sales": "门店编码,日期,金额\nS1,2026-01-05,1200\n",
}


def test_there_are_commands() -> None:
    assert len(ALL) > 10


@pytest.mark.parametrize("command", ALL, ids=str)
def test_what_is_told_to_type_exists(command: Command) -> None:
    if command.program == "make":
        check_make(command)
    elif command.program == "pytest":
        paths = [word for word in command.words[1:] if word.startswith("tests")]
        assert all((ROOT / path).exists() for path in paths)
    elif command.program == "qunlian":
        check_options(command.words[1:])
    else:
        assert command.program in FOREIGN


def check_make(command: Command) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for word in command.words[1:]:
        name, is_setting, value = word.partition("=")
        if not is_setting:
            assert re.search(rf"^{re.escape(name)}:", makefile, re.MULTILINE), word
        elif name == "NAME":
            assert (ROOT / "benchmarks" / f"{value}.py").exists(), word
        elif name == "ARGS" and "run" in command.words:
            check_options(("up", *value.split()))


def check_options(words: tuple[str, ...]) -> None:
    """Find the command and each option in what ``--help`` says."""
    found: click.Command = main.commands
    names = list(words)
    while isinstance(found, click.Group) and names and not names[0].startswith("-"):
        nested = found.get_command(click.Context(found), names.pop(0))
        assert nested is not None, words
        found = nested
    known = {
        name for parameter in found.params for name in (*parameter.opts, *parameter.secondary_opts)
    }
    asked = {name.split("=")[0] for name in names if name.startswith("-")}
    assert asked <= known | {"--help"}, asked - known


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation of its own, whose server stays up while the commands come and go."""
    folder = tmp_path_factory.mktemp("docs")
    folder.chmod(0o755)
    laid.begin_laid(folder)
    with EmbeddedPostgres(folder, durable=False):
        yield folder
    laid.end(folder)


def test_what_is_told_to_type_works(home: Path, tmp_path: Path) -> None:
    """All documented commands of ``qunlian``, in the order in which they make sense, on one installation."""
    said = [
        qunlian(home, tmp_path, "createuser", "hq@brand", "--enterprise", "甲牌", "--name", "华总")
    ]
    known = set()
    for kind in ("territories", "stores"):  # the tree and the stores that the documents speak of
        write_roster(tmp_path / f"{kind}.csv", ROSTERS[kind])
        said.append(qunlian(home, tmp_path, "import", kind, f"{kind}.csv", "--create"))
    for command in sorted(
        OURS, key=lambda each: ORDER.index(each.words[1]) if each.words[1] in ORDER else 0
    ):
        if command.words[1] in NOT_RUN or command.words[1:] in known:
            continue
        known.add(command.words[1:])
        if "--enterprise" not in command.words and command.words[1] == "createuser":
            continue  # it asks at the terminal; with its answers it ran above
        place = home
        if command.words[1] == "restore":
            place = tmp_path / "new"
            laid.begin(place)
        said.append(qunlian(place, tmp_path, *prepared(command, tmp_path)))
    assert all(said)
    assert re.search(r"\d+ rows in \d+ tables are back", said[-1])
    with (
        EmbeddedPostgres(tmp_path / "new", durable=False) as server,
        psycopg.connect(server.superuser_url(DATABASE)) as back,
    ):
        known = back.execute("SELECT login FROM channel_account").fetchall()
    assert known == [("hq@brand",)]
    laid.end(tmp_path / "new")


def prepared(command: Command, folder: Path) -> list[str]:
    """The command's words, with its files in a folder of ours; a roster it reads is written first."""
    words = [re.sub(r"^/\S*/", f"{folder}/", word) for word in command.words[1:]]
    if words[0] == "import" and not any((folder / word).exists() for word in words[2:]):
        path = next(folder / word for word in words[2:] if word.endswith((".csv", ".xlsx")))
        write_roster(path, ROSTERS[words[1]])
    return words


def write_roster(path: Path, text: str) -> None:
    if path.suffix == ".csv":
        path.write_text(text, encoding="utf-8")
        return
    from openpyxl import Workbook

    book = Workbook()
    for line in text.splitlines():
        book.active.append(line.split(","))
    book.save(path)


def qunlian(home: Path, folder: Path, *arguments: str) -> str:
    hidden = ("QUNLIAN_", "DJANGO_", "DATABASE_URL")
    environment = {n: v for n, v in os.environ.items() if not n.startswith(hidden)}
    answer = subprocess.run(
        [sys.executable, "-m", "qunlian.cli.main", *arguments],
        env=environment | {"QUNLIAN_HOME": str(home)},
        cwd=folder,
        input="a-Good-passw0rd\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, f"qunlian {' '.join(arguments)}\n{answer.stdout}{answer.stderr}"
    return answer.stdout + answer.stderr or "nothing to say"
