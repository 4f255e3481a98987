"""An enterprise's own times of tasks: what is asked from then on follows them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from qunlian.community.actions.finish_task import TaskAnswer, finish_task
from qunlian.community.actions.remind_due_tasks import remind_due_tasks
from qunlian.community.actions.set_task_terms import (
    TaskTermsUnsound,
    TaskTimes,
    set_task_terms,
)
from qunlian.community.models import TaskTerms
from qunlian.community.queries.task_terms import task_terms
from qunlian.community.rules.tasks import TERMS
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import Forbidden
from tests.api.test_community import Program
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group, renamed, task

QUICK = TaskTimes(due_hours=1, expires_hours=10, remind_hours=(2, 7))


def test_what_is_asked_afterwards_follows_it(cast: Cast, by_hand: object) -> None:
    old = task(cast, renamed(cast, hand_group(cast)))
    set_task_terms(actor=cast.hua, times={"rename": QUICK}, now=NOON)
    new = task(cast, renamed(cast, hand_group(cast, "另一群", room="R-2")))
    hours = timedelta(hours=1)
    assert (old.due_at, old.expires_at) == (NOON + 48 * hours, NOON + 30 * 24 * hours)
    assert (new.due_at, new.remind_at, new.expires_at) == tuple(
        NOON + n * hours for n in (1, 2, 10)
    )
    remind_due_tasks(actor=system_actor(cast.ids["brand"]), now=NOON + 2 * hours)
    assert task(cast, new.pk).remind_at == NOON + 7 * hours
    answer = TaskAnswer(task_id=new.pk, state="refused", reason="no_right")
    assert finish_task(actor=cast.hua, answer=answer, now=NOON).state == "refused"


def test_the_usual_times_again_leave_nothing_behind(cast: Cast) -> None:
    set_task_terms(actor=cast.hua, times={"rename": QUICK, "post": QUICK}, now=NOON)
    assert task_terms(cast.hua)["post"].remind_hours == (2, 7)
    usual = TaskTimes(
        due_hours=TERMS["post"].due_hours,
        expires_hours=TERMS["post"].expires_hours,
        remind_hours=TERMS["post"].remind_hours,
    )
    set_task_terms(actor=cast.hua, times={"post": usual}, now=NOON)
    with scope.reading(cast.hua):
        assert list(TaskTerms.objects.values_list("kind", flat=True)) == ["rename"]
    assert task_terms(cast.wai) == TERMS  # another enterprise has its own


@pytest.mark.parametrize(
    ("due", "over", "remind", "field"),
    [
        (0, 10, (2,), "due_hours"),
        (10, 10, (2,), "expires_hours"),
        (1, 24 * 91, (2,), "expires_hours"),
        (1, 10, (3, 2), "remind_hours"),
        (1, 10, (10,), "remind_hours"),
        (1, 10, (1, 2, 3, 4, 5, 6), "remind_hours"),
    ],
)
def test_times_that_cannot_be(
    cast: Cast, due: int, over: int, remind: tuple[int, ...], field: str
) -> None:
    times = TaskTimes(due_hours=due, expires_hours=over, remind_hours=remind)
    with pytest.raises(TaskTermsUnsound) as refused:
        set_task_terms(actor=cast.hua, times={"rename": times}, now=NOON)
    assert refused.value.facts["field"] == f"{field}:rename"
    with pytest.raises(TaskTermsUnsound):
        set_task_terms(actor=cast.hua, times={"dance": QUICK}, now=NOON)


def test_only_headquarters_sets_them(cast: Cast) -> None:
    for actor in (cast.ma, cast.rong):
        with pytest.raises(Forbidden):
            set_task_terms(actor=actor, times={"rename": QUICK}, now=NOON)


def test_the_page(cast: Cast, logged_in: Callable[[Actor], Client]) -> None:
    hua = logged_in(cast.hua)
    assert hua.get("/tasks/times").status_code == 200
    typed = {"due_hours:rename": "1", "expires_hours:rename": "10", "remind_hours:rename": "2，7"}
    assert hua.post("/tasks/times", typed).status_code == 302
    assert task_terms(cast.hua)["rename"].remind_hours == (2, 7)
    wrong = hua.post("/tasks/times", typed | {"due_hours:rename": "x"})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.content.decode()
    assert logged_in(cast.ma).get("/tasks/times").status_code == 200
    assert logged_in(cast.ma).post("/tasks/times", typed).status_code == 403
    assert logged_in(cast.rong).get("/tasks/times").status_code in (403, 404)


def test_by_program(cast: Cast) -> None:
    hua = Program(cast.hua)
    told = hua.ask("GET", "/task-terms").json()
    assert {one["kind"] for one in told} == set(TERMS)
    rows = [{"kind": "rename", "due_hours": 1, "expires_hours": 10, "remind_hours": []}]
    assert rows[0] in hua.ask("PUT", "/task-terms", {"rows": rows}).json()
    assert Program(cast.rong).ask("PUT", "/task-terms", {"rows": rows}).status_code == 403
