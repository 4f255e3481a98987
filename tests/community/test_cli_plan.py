"""``qunlian plan`` as a person at the machine uses it."""

from contextlib import nullcontext

import pytest
from click.testing import CliRunner

from qunlian.cli import plan
from tests.cast_words import Cast
from tests.community import plans


@pytest.fixture
def run(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(plan, "serving", nullcontext)
    return lambda *arguments: CliRunner().invoke(plan.command, [str(a) for a in arguments])


def test_draft_show_and_apply(cast: Cast, run) -> None:
    login = f"hq1@{cast.ids['brand']}"
    drafted = run("draft", login, "--mode", "fewest")
    assert drafted.exit_code == 0, drafted.output
    assert "2 groups for 7 stores; no plan has fewer than 2" in drafted.output
    plan_id = int(drafted.output.split(":")[0].removeprefix("plan "))
    assert "planned" in run("show", login, plan_id).output
    assert f"plan {plan_id}: applied" in run("apply", login, plan_id).output
    assert plans.is_exactly(cast.ids["brand"], plan_id)
    assert run("apply", login, plan_id).exit_code == 0


def test_again_from_the_groups_there_are(cast: Cast, run) -> None:
    login = f"hq1@{cast.ids['brand']}"
    plans.applied(cast.hua, plans.planned(cast.hua))
    again = run("draft", login, "--again", "must")
    assert again.exit_code == 0, again.output
    assert " 0 must move,      0 would" in again.output


def test_a_part_by_its_code_and_nobody(cast: Cast, run) -> None:
    login = f"m1@{cast.ids['brand']}"
    assert "1 groups for 3 stores" in run("draft", login, "--territory", "PB").output
    assert "Nobody logs in as" in run("show", "nobody", 1).output
