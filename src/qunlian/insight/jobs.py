"""Background entry points of insight."""

from django.conf import settings
from procrastinate.contrib.django import app

from qunlian.channel.queries.enterprises import enterprises_at_work
from qunlian.insight.actions import judge_lives as lives
from qunlian.insight.actions.take_tally import take_tally
from qunlian.insight.queries.freshness import is_tally_due
from qunlian.kernel import clock
from qunlian.kernel.actor import system_actor


@app.periodic(cron="* * * * *")
@app.task(name="insight.take_tallies", queueing_lock="insight.take_tallies")
def take_tallies(timestamp: int) -> None:
    """Count again each enterprise that changed since its last count and has rested from it."""
    for enterprise_id in enterprises_at_work():
        actor = system_actor(enterprise_id)
        now = clock.now()
        if is_tally_due(actor, now):
            take_tally(actor=actor, now=now)


@app.periodic(cron="10 20 * * *")
@app.task(name="insight.judge_lives", queueing_lock="insight.judge_lives")
def judge_lives(timestamp: int) -> None:
    """See which groups fade and which woke, at 4:10 China time."""
    for enterprise_id in enterprises_at_work():
        actor = system_actor(enterprise_id)
        lives.judge_lives(actor=actor, days=settings.FADING_DAYS, now=clock.now())
