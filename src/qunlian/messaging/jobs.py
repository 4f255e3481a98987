"""What happens to messages in the background: sending, taking in, closing, welcoming."""

import logging
from collections.abc import Iterable

from procrastinate.contrib.django import app

from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.queries.enterprises import enterprises_at_work
from qunlian.kernel import clock, queue
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.messaging import archives
from qunlian.messaging.actions.cancel_broadcast import cancel_broadcast
from qunlian.messaging.actions.claim_deliveries import claim_deliveries
from qunlian.messaging.actions.claim_nudges import claim_nudges
from qunlian.messaging.actions.close_broadcast import close_broadcast
from qunlian.messaging.actions.inherit_relays import inherit_relays
from qunlian.messaging.actions.settle_confirmations import settle_confirmations
from qunlian.messaging.actions.settle_deliveries import settle_deliveries
from qunlian.messaging.actions.start_broadcast import start_broadcast
from qunlian.messaging.actions.take_in_events import take_in_events
from qunlian.messaging.actions.welcome_members import welcome_members
from qunlian.messaging.queries.confirmations import WithPeople, just_answered, with_people
from qunlian.messaging.queries.intake import (
    cursor_of,
    due_broadcast,
    due_broadcasts,
    platforms_of,
)
from qunlian.platforms import registry
from qunlian.platforms.port import Feature, Means, Outcome, Post, Result

logger = logging.getLogger(__name__)


@app.task(name="messaging.deliver")
def deliver(enterprise_id: int, broadcast_id: int) -> None:
    """Start a broadcast whose time has come and send what is due of it, batch by batch."""
    machinery = system_actor(enterprise_id)
    due = due_broadcast(machinery, broadcast_id)
    if due is None:
        return
    composer = actor_of_account(due.created_by, now=clock.now())
    if composer is not None:
        start_broadcast(actor=composer, broadcast_id=broadcast_id, now=clock.now())
    elif due.state == "scheduled":
        # nobody answers for it any more: whoever wrote it was locked out since
        cancel_broadcast(actor=machinery, broadcast_id=broadcast_id, now=clock.now())
        return
    for name in platforms_of(machinery, broadcast_id):
        while _send_batch(machinery, name, broadcast_id):
            _take_in(machinery, name)


@app.task(name="messaging.take_in")
def take_in(enterprise_id: int, platform: str) -> None:
    """Take in whatever a platform has to tell."""
    _take_in(system_actor(enterprise_id), platform)


@app.task(name="messaging.read_archive")
def read_archive(enterprise_id: int, platform: str) -> None:
    """Read on in a platform's paid archive; what cannot be read now is read at the next minute."""
    machinery = system_actor(enterprise_id)
    try:
        while _take_in_page(machinery, platform):
            pass
    except PlatformTrouble as trouble:
        logger.warning("archive_trouble", extra={"platform": platform, "facts": trouble.facts})


@app.periodic(cron="* * * * *")
@app.task(name="messaging.read_archives", queueing_lock="messaging.read_archives")
def read_archives(timestamp: int) -> None:
    """Have each archive read on that can be read here, one job each."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        for name in archives.readable(enterprise_id):
            queue.enqueue(
                "messaging.read_archive",
                queueing_lock=f"messaging.read_archive:{name}:{enterprise_id}",
                enterprise_id=enterprise_id,
                platform=name,
            )


@app.task(name="messaging.welcome")
def welcome(enterprise_id: int) -> None:
    """Say in each group who has come or gone."""
    machinery = system_actor(enterprise_id)
    while welcome_members(actor=machinery, now=clock.now()):
        pass


@app.periodic(cron="* * * * * */15")
@app.task(name="messaging.look_after", queueing_lock="messaging.look_after")
def look_after(timestamp: int) -> None:
    """Find what is due anywhere: nothing waits longer than this for a worker that died."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        machinery, now = system_actor(enterprise_id), clock.now()
        inherit_relays(actor=machinery, now=now)
        for due in due_broadcasts(machinery, now):
            close_broadcast(actor=machinery, broadcast_id=due.broadcast_id, now=now)
            queue.enqueue(
                "messaging.deliver",
                queueing_lock=f"deliver-{due.broadcast_id}",
                enterprise_id=enterprise_id,
                broadcast_id=due.broadcast_id,
            )
        for name in registry.names():
            _take_in(machinery, name)
        while welcome_members(actor=machinery, now=now):
            pass
        _settle(machinery, just_answered(machinery, now))


@app.periodic(cron="*/3 * * * *")
@app.task(name="messaging.look_after_people", queueing_lock="messaging.look_after_people")
def look_after_people(timestamp: int) -> None:
    """Ask what became of messages that people send by hand; let platforms remind whom we reminded."""
    del timestamp
    for enterprise_id in enterprises_at_work():
        machinery = system_actor(enterprise_id)
        _settle(machinery, with_people(machinery, clock.now()))
        for name in registry.names():
            _nudge(machinery, name)


def _settle(actor: Actor, all_waiting: Iterable[WithPeople]) -> None:
    for waiting in all_waiting:
        settle_confirmations(
            actor=actor,
            broadcast_id=waiting.broadcast_id,
            platform=waiting.platform,
            results=_looked_up(actor, waiting),
            now=clock.now(),
        )


def _looked_up(actor: Actor, waiting: WithPeople) -> tuple[Result, ...] | None:
    """Return what a platform tells of these; None where it tells nothing, so that people's word counts."""
    if registry.means(waiting.platform, Feature.LOOK_UP_ECHO) is not Means.API:
        return None
    size = registry.platform(waiting.platform).batch_size
    parts = [waiting.items[at : at + size] for at in range(0, len(waiting.items), size)]
    return tuple(result for part in parts for result in _asked(actor, waiting.platform, part))


def _nudge(actor: Actor, name: str) -> None:
    if registry.means(name, Feature.REMIND) is not Means.API:
        return
    for nudge in claim_nudges(actor=actor, platform=name, now=clock.now()):
        try:
            registry.platform(name).remind(actor.enterprise_id, nudge.items)
        except PlatformTrouble as trouble:
            logger.warning("platform_trouble", extra={"platform": name, "facts": trouble.facts})


def _send_batch(actor: Actor, name: str, broadcast_id: int) -> bool:
    """Claim, talk to the platform, settle; each in a transaction of its own. False when none is left."""
    adapter = registry.platform(name)
    claimed = claim_deliveries(
        actor=actor,
        broadcast_id=broadcast_id,
        platform=name,
        limit=adapter.batch_size,
        now=clock.now(),
    )
    if not claimed.posts and not claimed.in_doubt:
        return False
    results = _asked(actor, name, claimed.in_doubt) + _posted(actor, name, claimed.posts)
    settle_deliveries(actor=actor, broadcast_id=broadcast_id, results=results, now=clock.now())
    return any(result.outcome is not Outcome.UNKNOWN for result in results)


def _posted(actor: Actor, name: str, posts: tuple[Post, ...]) -> tuple[Result, ...]:
    if not posts:
        return ()
    try:
        return registry.platform(name).post(actor.enterprise_id, posts, now=clock.now())
    except PlatformTrouble as trouble:
        logger.warning("platform_trouble", extra={"platform": name, "facts": trouble.facts})
        return tuple(
            Result(
                item=post.client_msg_id,
                outcome=Outcome.REFUSED,
                problem="platform_trouble",
                is_permanent=trouble.permanent,
            )
            for post in posts
        )


def _asked(actor: Actor, name: str, items: tuple[str, ...]) -> tuple[Result, ...]:
    if not items:
        return ()
    unknown = tuple(Result(item=item, outcome=Outcome.UNKNOWN) for item in items)
    if registry.means(name, Feature.LOOK_UP_ECHO) is not Means.API:
        return unknown
    try:
        return registry.platform(name).look_up(actor.enterprise_id, items)
    except PlatformTrouble:
        return unknown


def _take_in(actor: Actor, name: str) -> None:
    """Read on from the cursor until there is nothing new."""
    if registry.means(name, Feature.READ_MESSAGES) is not Means.API:
        return
    while _take_in_page(actor, name):
        pass


def _take_in_page(actor: Actor, name: str) -> bool:
    cursor = cursor_of(actor, name)
    events = registry.platform(name).events_since(actor.enterprise_id, cursor)
    if events.cursor == cursor:
        return False
    take_in_events(
        actor=actor,
        platform=name,
        from_cursor=cursor,
        events=archives.with_files(actor, name, events, clock.now()),
        now=clock.now(),
    )
    return events.has_more
