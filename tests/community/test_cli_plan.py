"""``qunlian plan`` as a person at the machine uses it."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner

from qunlian.cli import plan
from qunlian.cli.installation import Installation
from qunlian.community import jobs
from qunlian.community.models import Plan
from qunlian.kernel import scope
from tests.cast_words import Cast
from tests.community import plans


@pytest.fixture
def run(cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(plan, "serving", lambda: nullcontext(Installation(tmp_path)))
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


def test_a_running_installation_does_the_work_once(
    cast: Cast, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker takes the job; a command that did it too would take the plan away from him, or lose it to him."""
    login, brand = f"hq1@{cast.ids['brand']}", cast.ids["brand"]
    monkeypatch.setattr(plan, "running", lambda _installation: {"pid": "1"})
    plan_id, works = 0, 0

    def work(_seconds: float) -> None:
        nonlocal plan_id, works
        works += 1
        with scope.reading(cast.hua):
            row = Plan.objects.order_by("-pk")[0]
        plan_id = row.pk
        job = jobs.plan_matrix if row.state == "waiting" else jobs.carry_out_plan
        job(enterprise_id=brand, plan_id=plan_id)

    monkeypatch.setattr(plan.time, "sleep", work)
    drafted = run("draft", login)
    assert f"plan {plan_id}: planned" in drafted.output
    applied = run("apply", login, plan_id)
    assert f"plan {plan_id}: applied" in applied.output
    assert works == 2
    assert plans.is_exactly(brand, plan_id)
