"""See which groups fade and which woke, from what their members say and order."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from qunlian.commerce.queries.activity import groups_ordering
from qunlian.community.steps import follow_signs
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.queries.activity import groups_talking


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLives:
    """How many groups began to fade, and how many woke."""

    faded: int
    woken: int


def judge_lives(*, actor: Actor, days: int, now: datetime) -> JudgedLives:
    """
    Let a live group fade whose members have said and ordered nothing for ``days`` days, and a woken one live.

    A group younger than that, or one that somebody joined since, does not fade yet. Nor does one whose
    platform lets nobody read what is said there, unless it was heard in as many days before.
    """
    since = now - timedelta(days=days)
    before = since - abs(timedelta(days=days))
    with scope.writing(actor):
        spoken = groups_talking(actor, before)
        signs = {group_id: at for group_id, at in spoken.items() if at >= since}
        for group_id, seen_at in groups_ordering(actor, since).items():
            signs[group_id] = max(seen_at, signs.get(group_id, seen_at))
        done = follow_signs(actor=actor, signs=signs, heard=spoken, since=since, at=now)
        for name, group_ids in (("groups_faded", done.faded), ("groups_woken", done.woken)):
            if group_ids:
                about = {"group": group_ids}
                journal.record(f"insight.{name}", actor=actor, at=now, about=about, days=days)
    return JudgedLives(faded=len(done.faded), woken=len(done.woken))
