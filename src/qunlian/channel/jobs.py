"""Background work of the channel: checking and loading rosters."""

from collections.abc import Callable

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from qunlian.channel.actions import forget_log_ins as forgetting
from qunlian.channel.actions import forget_rosters as old_rosters
from qunlian.channel.actions.find_likely_duplicates import find_likely_duplicates
from qunlian.channel.actions.index_stores import index_stores
from qunlian.channel.actions.stop_import import stop_import
from qunlian.channel.progress import ImportCancelled, RunProgress
from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.queries.enterprises import enterprises_at_work
from qunlian.channel.queries.imports import ImportCard
from qunlian.kernel import clock, journal
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import Refusal
from qunlian.kernel.wording import in_words


@app.task(name="channel.examine_roster", retry=RetryStrategy(max_attempts=2, wait=5))
def examine(*, enterprise_id: int, account_id: int | None, run_id: int) -> None:
    """Check a roster."""
    from qunlian.channel.actions.examine_roster import examine_roster  # noqa: PLC0415  (polars loads slowly)

    _run(examine_roster, enterprise_id, account_id, run_id)


@app.task(name="channel.commit_roster", retry=RetryStrategy(max_attempts=2, wait=5))
def commit(*, enterprise_id: int, account_id: int | None, run_id: int) -> None:
    """Load a roster."""
    from qunlian.channel.actions.commit_roster import commit_roster  # noqa: PLC0415  (polars loads slowly)

    _run(commit_roster, enterprise_id, account_id, run_id)


@app.task(name="channel.index_stores")
def index(*, enterprise_id: int) -> None:
    """Index a batch of the stores that a load noted."""
    index_stores(actor=system_actor(enterprise_id), now=clock.now())


@app.periodic(cron="40 19 * * *")
@app.task(name="channel.forget_log_ins", queueing_lock="channel.forget_log_ins")
def forget_log_ins(timestamp: int) -> None:
    """Delete expired sessions, old attempts and one-time links, at 3:40 China time."""
    while forgetting.forget_log_ins(
        attempt_days=settings.KEEP_ATTEMPTS_DAYS, now=clock.now()
    ).has_more:
        pass


@app.periodic(cron="50 19 * * *")
@app.task(name="channel.forget_rosters", queueing_lock="channel.forget_rosters")
def forget_rosters(timestamp: int) -> None:
    """Delete uploaded files that have lain long enough, at 3:50 China time."""
    for enterprise_id in enterprises_at_work():
        actor = system_actor(enterprise_id)
        old_rosters.forget_rosters(actor=actor, days=settings.KEEP_ROSTERS_DAYS, now=clock.now())


@app.task(name="channel.find_likely_duplicates")
def find_duplicates(*, enterprise_id: int) -> None:
    """Look through one enterprise's people for likely duplicates."""
    find_likely_duplicates(actor=system_actor(enterprise_id), now=clock.now())


@app.periodic(cron="20 19 * * *")
@app.task(name="channel.look_for_duplicates", queueing_lock="channel.look_for_duplicates")
def look_for_duplicates(timestamp: int) -> None:
    """Look through everybody's people, at 3:20 China time."""
    for enterprise_id in enterprises_at_work():
        find_likely_duplicates(actor=system_actor(enterprise_id), now=clock.now())


def _run(
    action: Callable[..., ImportCard], enterprise_id: int, account_id: int | None, run_id: int
) -> None:
    """Run one half; whatever ends it early leaves an import that says so and can be started again."""
    actor = _actor(enterprise_id, account_id)
    if actor is None:
        actor = system_actor(enterprise_id)
        stop_import(actor=actor, run_id=run_id, state="cancelled", problem={}, now=clock.now())
        return
    try:
        with RunProgress(actor, run_id) as progress:
            action(actor=actor, run_id=run_id, progress=progress, now=clock.now())
    except ImportCancelled:
        stop_import(actor=actor, run_id=run_id, state="cancelled", problem={}, now=clock.now())
    except Refusal as refusal:
        problem = {"code": refusal.code, "text": in_words(refusal)}
        stop_import(actor=actor, run_id=run_id, state="failed", problem=problem, now=clock.now())
    except Exception:
        problem = {"request_id": journal.request_id.get()}
        stop_import(actor=actor, run_id=run_id, state="failed", problem=problem, now=clock.now())
        raise


def _actor(enterprise_id: int, account_id: int | None) -> Actor | None:
    """Return who asked, with the reach he has now; None when he was let go in the meantime."""
    if account_id is None:
        return system_actor(enterprise_id)
    return actor_of_account(account_id, now=clock.now())
