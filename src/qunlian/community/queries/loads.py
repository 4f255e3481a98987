"""What groups ask of people: how many each sits in and manages, and what he must confirm by hand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from qunlian.community import access
from qunlian.community.models import Layer, Plan, PlanGroup, TerritoryView
from qunlian.community.rules.layers import DEFAULTS, LAYERS, LayerTemplate
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page, every_row
from qunlian.platforms import registry
from qunlian.platforms.port import Feature, Means

#: What one group of each layer weighs: its share of what a person can follow, and of what one may manage.
_WEIGHTS = """
weight AS (SELECT * FROM unnest(%(layers)s::text[], %(messages)s::float[], %(follow)s::int[],
                                %(most)s::int[]) AS w (layer, messages, follow, most))
"""
_PROPOSED = """
proposed AS (
    SELECT p.staff_id, g.id, g.layer, bool_or(p.post = 'owner') AS owns,
           bool_or(p.post = 'manager') AS manages,
           bool_or(p.post = 'steward') OR NOT bool_or(p.post = 'owner') AS follows,
           g.layer = ANY(%(by_hand)s) AS by_hand, true AS is_new
    FROM community_plan_group g CROSS JOIN LATERAL (VALUES
        (g.owner_staff_id, 'owner'), (g.steward_staff_id, 'steward'),
        (g.superior_staff_id, 'superior'), (g.second_superior_staff_id, 'superior'),
        (g.manager_staff_id, 'manager')) AS p (staff_id, post)
    WHERE g.plan_id = %(plan)s AND p.staff_id IS NOT NULL
    GROUP BY p.staff_id, g.id, g.layer
)
"""
#: Stays in open groups; those of groups that the plan replaces or has made left out. The staff are read once:
#: through the view, each stay would look its person's name up.
_PRESENT = """
staff AS MATERIALIZED (
    SELECT s.enterprise_id, s.id, s.person_id, s.name, s.role, s.left_on FROM channel_staff_view s
), present AS (
    SELECT s.id AS staff_id, g.id, g.layer, m.role = 'owner' AS owns, m.role = 'manager' AS manages,
           m.role <> 'owner' OR coalesce(g.steward_staff_id = s.id, false) AS follows,
           g.platform = ANY(%(confirming)s) AS by_hand, false AS is_new
    FROM community_member m
    JOIN community_group g ON g.enterprise_id = m.enterprise_id AND g.id = m.group_id
        AND g.life IN ('planned', 'inviting', 'live', 'fading')
    JOIN staff s ON s.enterprise_id = m.enterprise_id AND s.person_id = m.person_id
        AND s.left_on IS NULL
    WHERE m.left_at IS NULL AND m.role <> 'member' {but}
)
"""
_BUT_REPLACED = """
AND NOT (g.plan_id IS NOT NULL AND g.layer = ANY(%(replaced)s)
         AND (%(path)s = '' OR g.plan_id = %(plan)s OR g.territory_id IN (
              SELECT t.id FROM channel_territory_view t WHERE t.path >= %(path)s COLLATE "C"
                  AND t.path < (left(%(path)s, -1) || '0') COLLATE "C")))
"""
#: What each person has in all, added up once for all lists that are made of it.
_LOADS = """
load AS MATERIALIZED (
    SELECT a.staff_id, count(*) AS groups, count(*) FILTER (WHERE a.owns) AS owned,
           count(*) FILTER (WHERE a.manages) AS managed,
           coalesce(sum(w.messages) FILTER (WHERE a.owns AND a.by_hand), 0) AS confirms,
           coalesce(round(sum(1.0 / w.follow) FILTER (WHERE a.follows), 6), 0) AS followed,
           coalesce(round(sum(1.0 / w.most) FILTER (WHERE a.manages), 6), 0) AS most,
           bool_or(a.is_new) AS is_new
    FROM ({rows}) a LEFT JOIN weight w ON w.layer = a.layer
    GROUP BY a.staff_id
)
"""
_SHOWN = """
(SELECT s.id, s.name, s.role, x.groups, x.owned, x.managed, x.confirms, x.followed, x.most
FROM load x JOIN staff s ON s.id = x.staff_id
WHERE {which}
ORDER BY greatest(x.followed, x.most) DESC, x.groups DESC, s.id LIMIT %(take)s)
"""
_AFTER = """
AND (greatest(x.followed, x.most), x.groups, -s.id) < (%(share)s::numeric, %(groups)s, -%(last)s)
"""
_KEY = re.compile(r"([0-9]{1,9}\.[0-9]{1,6})~([0-9]{1,9})~([0-9]{1,18})")
_MANAGED = "SELECT count(*) FROM present WHERE manages AND staff_id = %(one)s"
#: Rounding of 30 thirtieths must not make somebody overloaded.
_MORE = 1.000001
_TOO_MUCH = f"(x.followed > {_MORE} OR x.most > {_MORE})"
MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """
    One colleague's groups. ``confirms_per_day`` are messages × groups that wait for his hand each day.

    :ivar followed: share of what a person can follow, without groups he only owns; above 1 it is too much
    :ivar most: share of what a group manager may have
    """

    staff_id: int
    name: str
    role: str
    groups: int
    owned: int
    managed: int
    confirms_per_day: float
    followed: float
    most: float

    @property
    def share(self) -> float:
        """Return what the list is ordered by: the larger of both shares."""
        return max(self.followed, self.most)

    @property
    def is_too_much(self) -> bool:
        """Tell whether he sits in more groups than a person can follow."""
        return self.followed > _MORE

    @property
    def manages_too_many(self) -> bool:
        """Tell whether he manages more groups than one may."""
        return self.most > _MORE


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLoads:
    """What a plan asks of people, with the groups they have besides: who owns groups, who has too many."""

    owners: tuple[Load, ...]
    overloaded: tuple[Load, ...]
    without_manager: int
    #: whether a message to some of its groups waits for a person's hand
    is_by_hand: bool


def plan_loads(actor: Actor, plan_id: int, *, take: int = 20) -> PlanLoads:
    """
    Return the owners' accounts of a plan with what they must confirm, and who has too many groups.

    :raises NotFound: there is no such plan within the actor's reach
    """
    with scope.reading(actor):
        plan = access.plan_for(actor, plan_id)
        templates = {layer: LayerTemplate.of(kept) for layer, kept in plan.templates.items()}
        by_hand = [layer for layer, each in templates.items() if each.platform in _confirming()]
        values = _weights({**_templates(), **templates}) | _replaced(plan)
        values |= {"by_hand": by_hand, "take": take}
        # The first of those who own and the first of those with too many, in one look at all groups.
        found = sorted(_loads(_of_plan(), values), key=_rank)
        return PlanLoads(
            owners=tuple(each for each in found if each.owned)[:take],
            overloaded=tuple(e for e in found if e.is_too_much or e.manages_too_many)[:take],
            without_manager=_without_manager(plan, templates),
            is_by_hand=bool(by_hand),
        )


def _rank(load: Load) -> tuple[float, int, int]:
    return (-load.share, -load.groups, load.staff_id)


def managed_besides(plan: Plan, staff_id: int) -> int:
    """Count the groups that somebody manages besides those that the plan replaces; in an open scope."""
    query = f"WITH {_PRESENT.format(but=_BUT_REPLACED)} {_MANAGED}"
    values = _replaced(plan) | {"confirming": [], "one": staff_id}
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])


def _replaced(plan: Plan) -> dict[str, Any]:
    part = TerritoryView.objects.filter(pk=plan.territory_id or 0).first()
    return {"plan": plan.pk, "replaced": plan.layers, "path": part.path if part else ""}


def list_loads(
    actor: Actor, *, is_over: bool = False, after: str = "", limit: int = 50
) -> Page[Load]:
    """
    Return who of the staff sits in groups within reach, those with the most to do first.

    :param is_over: only those with more than they can follow or may manage
    :param after: ``next_key`` of the page before
    """
    which = _TOO_MUCH if is_over else "true"
    values: dict[str, Any] = {"take": limit + 1}
    if key := _KEY.fullmatch(after):
        which += _AFTER
        values |= {"share": key[1], "groups": int(key[2]), "last": int(key[3])}
    with scope.reading(actor):
        found = _loads(_present_query(actor, which), _weights(_templates()) | values)
    last = found[limit - 1] if len(found) > limit else None
    key_of_last = f"{last.share:.6f}~{last.groups}~{last.staff_id}" if last else None
    return Page(rows=found[:limit], next_key=key_of_last)


def every_load(actor: Actor, *, is_over: bool = False) -> Iterator[Load]:
    """Yield all of them, for an export; a scope is opened for each step."""
    return every_row(lambda after: list_loads(actor, is_over=is_over, after=after, limit=MOST))


def _of_plan() -> str:
    rows = "SELECT * FROM proposed UNION ALL SELECT * FROM present"
    ctes = (_WEIGHTS, _PROPOSED, _PRESENT.format(but=_BUT_REPLACED), _LOADS.format(rows=rows))
    lists = (_SHOWN.format(which=f"x.is_new AND {which}") for which in ("x.owned > 0", _TOO_MUCH))
    return f"WITH {', '.join(ctes)} {' UNION '.join(lists)}"


def _present_query(actor: Actor, which: str) -> str:
    within = (
        "" if actor.reach.is_everything else "AND g.id IN (SELECT v.id FROM community_group_view v)"
    )
    ctes = (_WEIGHTS, _PRESENT.format(but=within), _LOADS.format(rows="SELECT * FROM present"))
    return f"WITH {', '.join(ctes)} {_SHOWN.format(which=which)}"


def _loads(query: str, values: Mapping[str, Any]) -> tuple[Load, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows = cursor.fetchall()
    names = Load.__dataclass_fields__
    return tuple(
        Load(**dict(zip(names, (*row[:6], *map(float, row[6:])), strict=True))) for row in rows
    )


def _templates() -> dict[str, LayerTemplate]:
    own = {row.layer: LayerTemplate.of(row.template) for row in Layer.objects.all()}
    return {layer: own.get(layer, DEFAULTS[layer]) for layer in LAYERS}


def _weights(templates: Mapping[str, LayerTemplate]) -> dict[str, Any]:
    return {
        "layers": list(templates),
        "messages": [each.messages_per_day for each in templates.values()],
        "follow": [each.follow_limit for each in templates.values()],
        "most": [each.manager_limit for each in templates.values()],
        "confirming": _confirming(),
    }


def _confirming() -> list[str]:
    """Return the platforms on which a message to a group waits for a person's hand."""
    names = registry.names()
    return [name for name in names if registry.means(name, Feature.POST) is Means.PERSON]


def _without_manager(plan: Plan, templates: Mapping[str, LayerTemplate]) -> int:
    """Count the proposed groups that should have a group manager and found none that may take more."""
    wanted = [layer for layer, each in templates.items() if each.has_manager]
    groups = PlanGroup.objects.filter(plan=plan, layer__in=wanted, manager_staff_id=None)
    return groups.count()
