"""Background work of the community: plan, apply, and talk to the groups' platforms."""

import logging
from typing import Any

from procrastinate.contrib.django import app

from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.queries.enterprises import enterprises_at_work
from qunlian.community import doorkeeping, greeting, listing, requests, welcoming
from qunlian.community.actions import ask_invitations as inviting
from qunlian.community.actions import ask_room_owners as asking
from qunlian.community.actions import carry_out_plan as carrying
from qunlian.community.actions import count_plan_map as drawing
from qunlian.community.actions import end_mutes as ending
from qunlian.community.actions import expire_tasks as expiring
from qunlian.community.actions import remind_due_tasks as reminding
from qunlian.community.actions import seat_partners as seating
from qunlian.community.actions import see_off_leavers as parting
from qunlian.community.actions import take_in_told_group as telling
from qunlian.kernel import clock, queue
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import PlatformTrouble

logger = logging.getLogger(__name__)
#: How long to wait for a platform that does not say.
_PAUSE_SECONDS = 60


@app.task(name="community.plan_matrix")
def plan_matrix(*, enterprise_id: int, plan_id: int) -> None:
    """Plan a matrix that somebody drafted."""
    from qunlian.community.actions import plan_matrix as planning  # noqa: PLC0415  (numba loads slowly)

    planning.plan_matrix(actor=system_actor(enterprise_id), plan_id=plan_id, now=clock.now())


@app.task(name="community.carry_out_plan")
def carry_out_plan(*, enterprise_id: int, plan_id: int) -> None:
    """Make the groups of a plan that somebody applies."""
    carrying.carry_out_plan(actor=system_actor(enterprise_id), plan_id=plan_id, now=clock.now())


@app.task(name="community.count_comparison")
def count_comparison(*, enterprise_id: int, comparison_id: int) -> None:
    """Put two versions of the matrix side by side."""
    from qunlian.community.actions import count_comparison as comparing  # noqa: PLC0415  (arrays load slowly)

    comparing.count_comparison(
        actor=system_actor(enterprise_id), comparison_id=comparison_id, now=clock.now()
    )


@app.task(name="community.count_plan_map")
def count_plan_map(*, enterprise_id: int, plan_id: int) -> None:
    """Count a plan's groups by division and by cell of the map."""
    drawing.count_plan_map(actor=system_actor(enterprise_id), plan_id=plan_id, now=clock.now())


@app.task(name="community.settle_requests")
def settle_requests(*, enterprise_id: int) -> None:
    """Take open requests to the groups' platforms until none is left."""
    while requests.settle_some(system_actor(enterprise_id), clock.now()):
        pass


@app.periodic(cron="* * * * *")
@app.task(name="community.look_after_requests")
def look_after_requests(timestamp: int) -> None:
    """Ask again what stayed unanswered: its worker died, or the platform did not say."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        queue.enqueue(
            "community.settle_requests",
            queueing_lock=f"community.settle_requests:{enterprise_id}",
            enterprise_id=enterprise_id,
        )


@app.task(name="community.ask_invitations")
def ask_invitations(*, enterprise_id: int) -> None:
    """Have stores invited that a plan gave a room nobody can be moved into."""
    _invite(enterprise_id)


@app.periodic(cron="7-59/10 * * * *")
@app.task(name="community.look_after_invitations", queueing_lock="community.look_after_invitations")
def look_after_invitations(timestamp: int) -> None:
    """Have those invited whose group's room stands by now."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        _invite(enterprise_id)


def _invite(enterprise_id: int) -> None:
    after = 0
    while True:
        asked = inviting.ask_invitations(
            actor=system_actor(enterprise_id), after=after, now=clock.now()
        )
        if not asked.upto:
            return
        after = asked.upto


@app.task(name="community.greet_newcomers")
def greet_newcomers(*, enterprise_id: int) -> None:
    """Greet those who have just become contacts until nobody waits."""
    while greeting.greet_some(system_actor(enterprise_id), clock.now()):
        pass


@app.periodic(cron="* * * * * */5")
@app.task(name="community.look_after_newcomers", queueing_lock="community.look_after_newcomers")
def look_after_newcomers(timestamp: int) -> None:
    """Greet those of whom the platform told while nobody was woken."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        while greeting.greet_some(system_actor(enterprise_id), clock.now()):
            pass


@app.task(name="community.draw_posters")
def draw_posters(*, enterprise_id: int, run_id: int) -> None:
    """Draw the posters that somebody asked for."""
    from qunlian.community.actions import draw_posters as drawing  # noqa: PLC0415  (fonts load slowly)

    drawing.draw_posters(actor=system_actor(enterprise_id), run_id=run_id, now=clock.now())


@app.task(name="community.tend_doors")
def tend_doors(*, enterprise_id: int) -> None:
    """Look after the doors that are due until none is left."""
    while doorkeeping.tend_some(system_actor(enterprise_id), clock.now()):
        pass


@app.periodic(cron="* * * * *")
@app.task(name="community.look_after_doors", queueing_lock="community.look_after_doors")
def look_after_doors(timestamp: int) -> None:
    """Look after doors whose worker died, or whose platform was in trouble."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        while doorkeeping.tend_some(system_actor(enterprise_id), clock.now()):
            pass


@app.periodic(cron="20 3 * * *")
@app.task(name="community.look_over_doors", queueing_lock="community.look_over_doors")
def look_over_doors(timestamp: int) -> None:
    """Choose anew once a night where doors lead."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        doorkeeping.look_over(system_actor(enterprise_id), clock.now())


@app.periodic(cron="30 3 * * *")
@app.task(name="community.look_over_welcomes", queueing_lock="community.look_over_welcomes")
def look_over_welcomes(timestamp: int) -> None:
    """Have welcomes forgotten once a night that no group has any more."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        welcoming.look_over(system_actor(enterprise_id), clock.now())


@app.task(name="community.take_in_told_groups")
def take_in_told_groups(*, enterprise_id: int, account_id: int | None, sheet_id: int) -> None:
    """Take in the groups of a sheet, one after the other; again goes on where it stopped."""
    actor = actor_of_account(account_id, now=clock.now()) if account_id else None
    actor = actor or system_actor(enterprise_id)
    while telling.take_in_told_group(actor=actor, sheet_id=sheet_id, now=clock.now()):
        pass


@app.periodic(cron="20 1 * * *")
@app.task(name="community.ask_room_owners", queueing_lock="community.ask_room_owners")
def ask_room_owners(timestamp: int) -> None:
    """Ask for counts and codes of groups that no platform tells of."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        asking.ask_room_owners(actor=system_actor(enterprise_id), now=clock.now())


@app.task(name="community.list_rooms")
def list_rooms(*, enterprise_id: int, platform: str, walk: dict[str, Any] | None = None) -> None:
    """List a platform's rooms from end to end and read them all; after trouble a job goes on from there."""
    way = listing.Walk.of(walk) if walk else listing.Walk(began=clock.now())
    try:
        listing.list_and_read(system_actor(enterprise_id), platform, way)
    except PlatformTrouble as trouble:
        if trouble.permanent:
            raise
        logger.info("listing_waits", extra={"platform": platform, "facts": trouble.facts})
        queue.enqueue(
            "community.list_rooms",
            queueing_lock=f"community.list_rooms:{platform}:{enterprise_id}",
            after_seconds=trouble.facts.get("retry_after_seconds", _PAUSE_SECONDS),
            enterprise_id=enterprise_id,
            platform=platform,
            walk=way.as_json(),
        )


@app.periodic(cron="* * * * *")
@app.task(name="community.read_heard_rooms", queueing_lock="community.read_heard_rooms")
def read_heard_rooms(timestamp: int) -> None:
    """Read the rooms that something happened in."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        for name in listing.outside_platforms(enterprise_id):
            listing.read_heard(system_actor(enterprise_id), name)


@app.periodic(cron="10 3 * * *")
@app.task(name="community.reconcile_rooms", queueing_lock="community.reconcile_rooms")
def reconcile_rooms(timestamp: int) -> None:
    """Read every room once a night: whatever was never told is found then."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        for name in listing.outside_platforms(enterprise_id):
            queue.enqueue(
                "community.list_rooms",
                queueing_lock=f"community.list_rooms:{name}:{enterprise_id}",
                enterprise_id=enterprise_id,
                platform=name,
            )


@app.periodic(cron="2-59/5 * * * *")
@app.task(name="community.look_after_tasks", queueing_lock="community.look_after_tasks")
def look_after_tasks(timestamp: int) -> None:
    """Remind of tasks that wait; end those nobody is waited for any longer, and silences that are over."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        machinery = system_actor(enterprise_id)
        while expiring.expire_tasks(actor=machinery, now=clock.now()):
            pass
        while ending.end_mutes(actor=machinery, now=clock.now()):
            pass
        while reminding.remind_due_tasks(actor=machinery, now=clock.now()):
            pass


@app.periodic(cron="*/10 * * * *")
@app.task(name="community.see_off_leavers")
def see_off_leavers(timestamp: int) -> None:
    """Lock out whoever left by today."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        parting.see_off_leavers(actor=system_actor(enterprise_id), now=clock.now())


@app.periodic(cron="5-59/10 * * * *")
@app.task(name="community.seat_partners", queueing_lock="community.seat_partners")
def seat_partners(timestamp: int) -> None:
    """Let the distributors' groups follow whom the distributors send."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        seating.seat_partners(actor=system_actor(enterprise_id), now=clock.now())
