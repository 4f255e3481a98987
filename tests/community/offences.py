"""Breaches of rules for tests: noted of Oyang by Rong, unless a test says otherwise."""

from datetime import datetime
from typing import Any

from qunlian.community import requests
from qunlian.community.actions.note_breach import BreachNoted, MessageSaid, Note, note_breach
from qunlian.community.models import Breach, Member, Request
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import NOON, Cast

RULE = "不发广告"


def noted(
    cast: Cast,
    group_id: int,
    *,
    by: Actor | None = None,
    whom: Actor | None = None,
    seq: int | None = None,
    at: datetime = NOON,
    **facts: Any,
) -> BreachNoted:
    """Note a breach; with ``seq`` it was that message of his."""
    person_id = (whom or cast.oyang).person_id or 0
    message = (
        None if seq is None else MessageSaid(seq=seq, person_id=person_id, words="加微信领红包")
    )
    note = Note(group_id=group_id, person_id=person_id, rule=RULE, message=message, **facts)
    return note_breach(actor=by or cast.rong, note=note, now=at)


def breach(cast: Cast, breach_id: int) -> Breach:
    with scope.reading(cast.hua):
        return Breach.objects.get(pk=breach_id)


def stands(cast: Cast, breach_id: int) -> tuple[str, str, str]:
    """Its step, how that is carried out, and how the breach itself stands."""
    row = breach(cast, breach_id)
    return row.step, row.state, row.standing


def carry_out(cast: Cast) -> None:
    """Let the worker take everything to the platforms."""
    while requests.settle_some(system_actor(cast.ids["brand"]), NOON):
        pass


def asked(cast: Cast, group_id: int) -> list[tuple[str, str]]:
    with scope.reading(cast.hua):
        rows = Request.objects.filter(group_id=group_id).order_by("pk")
        return list(rows.values_list("kind", "state"))


def sits(actor: Actor, group_id: int) -> bool:
    with scope.reading(actor):
        own = Member.objects.filter(group_id=group_id, person_id=actor.person_id, left_at=None)
        return own.exists()
