"""
Greeting those who have just become contacts of our people, where a platform lets us, within its time.

Each is written down before he is greeted, and greeted once: what came too late is noted as late, what a
worker that died left open as unknown. Nothing is tried again.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from qunlian.community import doors
from qunlian.community.models import Door, Group, Layer, Welcome
from qunlian.community.rules.layers import DEFAULTS, LayerTemplate
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms import registry
from qunlian.platforms.extensions import Greeter, Newcomer
from qunlian.platforms.port import Feature, Means, Outcome, Result

logger = logging.getLogger(__name__)
_AT_ONCE = 50
_PATIENCE = timedelta(seconds=60)
_STATES = {Outcome.SENT: "sent", Outcome.UNKNOWN: "unknown"}


def greeters() -> dict[str, Greeter]:
    """Return the platforms that let us greet new contacts."""
    found: dict[str, Greeter] = {}
    for name in registry.names():
        adapter = registry.platform(name)
        if registry.means(name, Feature.WELCOME) is Means.API and isinstance(adapter, Greeter):
            found[name] = adapter
    return found


def greet_some(actor: Actor, now: datetime) -> int:
    """See to some newcomers on all platforms; return how many were (0 = nobody waits)."""
    return sum(_greet(actor, name, adapter, now) for name, adapter in greeters().items())


def _greet(actor: Actor, name: str, adapter: Greeter, now: datetime) -> int:
    waiting = adapter.newcomers(actor.enterprise_id, limit=_AT_ONCE)
    if not waiting:
        return 0
    mine = _write_down(actor, name, waiting, now)
    for one, text in mine:
        _settle(actor, name, one, _said(actor, adapter, one, text), now)
    held = _held(actor, name, waiting, now)
    done = [one.key for one in waiting if one.key not in held]
    adapter.heed_newcomers(actor.enterprise_id, done)
    return len(done)


def _write_down(
    actor: Actor, name: str, waiting: Sequence[Newcomer], now: datetime
) -> list[tuple[Newcomer, str]]:
    """Note those that nobody has noted; return whom we greet, with what. Without words nobody is greeted."""
    with scope.writing(actor):
        known = set(
            Welcome.objects.filter(platform=name, key__in=[one.key for one in waiting]).values_list(
                "key", flat=True
            )
        )
        fresh = [one for one in waiting if one.key not in known]
        by_door = doors.came_by(one.state for one in fresh)
        words = {one.key: text for one in fresh if (text := _words(by_door.get(one.state)))}
        rows = [
            Welcome(
                enterprise_id=actor.enterprise_id,
                platform=name,
                key=one.key,
                door_id=by_door[one.state].pk if one.state in by_door else None,
                state="late" if one.greet_by <= now else "sending",
                told_at=one.told_at,
                asked_at=now,
                ended_at=now if one.greet_by <= now else None,
            )
            for one in fresh
            if one.key in words
        ]
        Welcome.objects.bulk_create(rows)
    sending = {row.key for row in rows if row.state == "sending"}
    return [(one, words[one.key]) for one in fresh if one.key in sending]


def _words(door: Door | None) -> str:
    """Return what a newcomer is greeted with: by his door's group or layer, else as stores' people are."""
    if door is not None:
        group = Group.objects.filter(pk__in=door.group_ids or [door.group_id or 0]).first()
        if group is not None and group.welcome:
            return group.welcome
    layer = door.layer if door is not None else "store"
    kept = Layer.objects.filter(layer=layer).values_list("template", flat=True).first()
    template = LayerTemplate.of(kept) if kept else DEFAULTS.get(layer)
    return template.welcome if template else ""


def _said(actor: Actor, adapter: Greeter, one: Newcomer, text: str) -> Result:
    try:
        return adapter.welcome(actor.enterprise_id, one.key, text)
    except PlatformTrouble as trouble:
        logger.warning("greeting_trouble", extra={"code": trouble.code})
        return Result(item=one.key, outcome=Outcome.REFUSED, problem=trouble.code)


def _settle(actor: Actor, name: str, one: Newcomer, result: Result, now: datetime) -> None:
    state = _STATES.get(result.outcome) or ("late" if result.problem == "late" else "refused")
    with scope.writing(actor):
        Welcome.objects.filter(platform=name, key=one.key).update(
            state=state, problem=result.problem[:40], ended_at=now
        )


def _held(actor: Actor, name: str, waiting: Sequence[Newcomer], now: datetime) -> set[str]:
    """Return those whom another worker greets just now; what one that died left is unknown."""
    with scope.writing(actor):
        rows = Welcome.objects.filter(
            platform=name, key__in=[one.key for one in waiting], state="sending"
        )
        rows.filter(asked_at__lt=now - _PATIENCE).update(state="unknown", ended_at=now)
        return set(rows.values_list("key", flat=True))
