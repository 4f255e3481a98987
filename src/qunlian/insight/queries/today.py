"""The page of today: what waits for this person, then the numbers. Composed from all slices below."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

from qunlian.channel.queries.imports import imports_waiting
from qunlian.channel.queries.people import duplicates_waiting
from qunlian.commerce.queries.sales import Money, money, orders_waiting
from qunlian.community.queries.bindings import people_to_confirm
from qunlian.community.queries.breaches import appeals_waiting
from qunlian.community.queries.loads import list_loads
from qunlian.community.queries.plans import plans_waiting
from qunlian.community.queries.rooms import rooms_waiting
from qunlian.community.queries.tasks import task_counts
from qunlian.insight import rules
from qunlian.insight.queries.coverage import Coverage, change_of_share, coverage
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.queries.reminders import own_tasks
from qunlian.platforms import registry
from qunlian.platforms.port import Feature

CHINA = ZoneInfo("Asia/Shanghai")
#: Beyond this many, a count of things to do says "1000+": exactness would cost a scan.
MOST = 1000
RECENT = 6

_LOOSE_ENDS = {
    "deliveries_stuck": "SELECT 1 FROM messaging_delivery_view WHERE state IN ('failed', 'unknown')",
    "deliveries_with_person": "SELECT 1 FROM messaging_delivery_view WHERE state = 'with_person'",
    "groups_without_steward": """SELECT 1 FROM community_group_view
        WHERE steward_staff_id IS NULL AND life IN ('planned', 'inviting', 'live', 'fading')""",
    "groups_fading": "SELECT 1 FROM community_group_view WHERE life = 'fading'",
    "patches_without_rep": """SELECT 1 FROM channel_territory_view t WHERE t.is_patch
        AND EXISTS (SELECT 1 FROM channel_store_view s WHERE s.territory_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM channel_assignment_view a
            JOIN channel_staff_view s ON s.id = a.staff_id AND s.role = 'rep' AND s.left_on IS NULL
            WHERE a.territory_id = t.id AND a.from_on <= %(day)s
                AND (a.until_on IS NULL OR a.until_on > %(day)s))""",
}
_RECENT = """
SELECT b.id, b.title, b.mode, b.state, b.started_at, b.groups_total,
    CASE WHEN current_setting('qunlian.reach') = 'all' THEN b.people_total
        ELSE coalesce(sum(t.delivered), 0) END,
    CASE WHEN current_setting('qunlian.reach') = 'all' THEN b.people_total - (
            SELECT coalesce(sum(d.people), 0) FROM messaging_delivery_view d
            JOIN community_group_view g ON g.enterprise_id = d.enterprise_id AND g.id = d.group_id
            WHERE d.broadcast_id = b.id AND d.state = 'sent' AND g.platform = ANY(%(silent)s))
        ELSE coalesce(sum(t.delivered), 0) END,
    coalesce(sum(t.delivered), 0), coalesce(sum(t.read), 0), coalesce(sum(t.answered), 0),
    coalesce(sum(t.understood), 0)
FROM (SELECT * FROM messaging_broadcast_view WHERE started_at IS NOT NULL
      ORDER BY id DESC LIMIT %(rows)s) b
LEFT JOIN messaging_proof_tally_view t ON t.broadcast_id = b.id
GROUP BY b.id, b.title, b.mode, b.state, b.started_at, b.groups_total, b.people_total
ORDER BY b.id DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """Something that waits: its code names it, ``count`` says how many (at most ``MOST``)."""

    code: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """One recent broadcast and how far it got, in people."""

    broadcast_id: int
    title: str
    mode: str
    state: str
    started_at: datetime
    groups: int
    people: int
    known: int
    delivered: int
    read: int
    answered: int
    understood: int

    @property
    def read_share(self) -> float | None:
        """Return read ÷ people addressed, those left out whose platform does not tell."""
        return self.read / self.known if self.known > 0 else None

    @property
    def understood_share(self) -> float | None:
        """Return understood ÷ answered; None before anybody answered."""
        return self.understood / self.answered if self.answered else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Everything the page shows. ``coverage_change`` is against a week ago, as a share."""

    todos: tuple[Todo, ...]
    coverage: Coverage
    coverage_change: float | None
    money: Money
    recent: tuple[Reach, ...]


def today(actor: Actor, *, now: datetime) -> Today:
    """Return what waits for the actor and the numbers of his part of the channel."""
    day = now.astimezone(CHINA).date()
    with scope.reading(actor):
        counted = coverage(actor, day)
        return Today(
            todos=_todos(actor, counted, now),
            coverage=counted,
            coverage_change=change_of_share(actor, day),
            money=money(actor, now=now),
            recent=_recent(),
        )


def _todos(actor: Actor, counted: Coverage, now: datetime) -> tuple[Todo, ...]:
    day = now.astimezone(CHINA).date()
    waiting, own, plans = orders_waiting(actor), own_tasks(actor), plans_waiting(actor)
    by_hand = task_counts(actor, now=now)
    counts = {
        "tasks_to_do": by_hand.mine,
        "tasks_reminded": by_hand.mine_reminded,
        "wishes_unmet": by_hand.unmet,
        "tasks_overdue": by_hand.team_overdue,
        "relays_to_pass_on": own.to_pass_on,
        "reminders": own.reminded,
        "orders_to_confirm": waiting.to_confirm,
        "orders_to_ship": waiting.to_ship,
        "imports_waiting": imports_waiting(actor),
        "likely_duplicates": _duplicates(actor),
        "rooms_to_decide": _counted(actor, "rooms_to_decide", rooms_waiting),
        "people_to_bind": _counted(actor, "people_to_bind", people_to_confirm),
        "appeals_waiting": _counted(actor, "appeals_waiting", appeals_waiting),
        "plans_to_approve": plans.to_approve,
        "plans_to_apply": plans.to_apply,
        **_loose_ends(actor, day),
        "staff_overloaded": _overloaded(actor),
        "stores_without_group": max(counted.stores - counted.grouped, 0),
    }
    mine = (code for code in rules.TASKS if rules.is_task_of(actor.role, code))
    return tuple(Todo(code=code, count=counts[code]) for code in mine if counts.get(code))


def _overloaded(actor: Actor) -> int:
    """Count who sits in more groups than a person can follow, for those who can do something about it."""
    is_mine = rules.is_task_of(actor.role, "staff_overloaded")
    return len(list_loads(actor, is_over=True, limit=MOST).rows) if is_mine else 0


def _counted(actor: Actor, code: str, count: Callable[..., int]) -> int:
    return count(actor, most=MOST) if rules.is_task_of(actor.role, code) else 0


def _duplicates(actor: Actor) -> int:
    is_mine = rules.is_task_of(actor.role, "likely_duplicates")
    return duplicates_waiting(actor) if is_mine else 0


def _loose_ends(actor: Actor, day: date) -> dict[str, int]:
    mine = {code: sql for code, sql in _LOOSE_ENDS.items() if rules.is_task_of(actor.role, code)}
    parts = [
        f"(SELECT count(*) FROM ({query} LIMIT {MOST}) q{number})"
        for number, query in enumerate(mine.values())
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", {"day": day})
        return dict(zip(mine, cursor.fetchone(), strict=True))


def _recent() -> tuple[Reach, ...]:
    names = list(Reach.__dataclass_fields__)
    with connection.cursor() as cursor:
        silent = list(registry.without(Feature.READ_MARKS))
        cursor.execute(_RECENT, {"rows": RECENT, "silent": silent})
        return tuple(Reach(**dict(zip(names, row, strict=True))) for row in cursor.fetchall())
