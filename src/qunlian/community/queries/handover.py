"""The review before a hand-over: all that somebody holds, who would follow, and what each would carry."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from qunlian.channel.queries.leaving import Candidate, Covered, LeaverSheet, leaver_sheet
from qunlian.community import holdings
from qunlian.community.models import Group, GroupStore, Member, Task
from qunlian.community.queries.asked import OpenRequest, open_requests
from qunlian.community.rules.handover import Holding, Load, fingerprint, successor_for
from qunlian.community.rules.tasks import OPEN
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverWish:
    """
    Who follows whom, and when.

    :ivar successor_id: who takes whatever the territories do not decide: the people below, other groups
    :ivar owner_id: who shall own the rooms he owns; None: the successor
    :ivar territories: territory → its successor; of a leaver, those left out go to ``successor_id``
    :ivar is_leaving: all passes, and he leaves on that day; else only ``territories`` and their groups
    """

    staff_id: int
    on: date
    successor_id: int | None = None
    owner_id: int | None = None
    territories: tuple[tuple[int, int], ...] = ()
    is_leaving: bool = True

    def chosen(self, covered: tuple[Covered, ...]) -> dict[int, int]:
        """Return territory → successor of those that pass."""
        wanted = dict(self.territories)
        found = {c.territory_id: wanted.get(c.territory_id) for c in covered}
        if self.is_leaving:
            found = {pk: to or self.successor_id for pk, to in found.items()}
        return {pk: to for pk, to in found.items() if to is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """One group in his hands, who follows in it, and who shall own its room; empty: nobody."""

    group_id: int
    name: str
    part: str
    is_owner: bool
    stores: int
    seats_taken: int
    seats_cap: int
    successor: str
    new_owner: str
    goes_at_once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessorLine:
    """What a successor carries now and would carry then; ``warnings`` name what is too much."""

    staff_id: int
    name: str
    role: str
    before: Load
    after: Load


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverReview:
    """
    All that a hand-over would do. ``version`` names what he holds; acting upon an older one is refused.

    ``groups`` are the first 200; ``counts`` says how many of each part there are (``owner`` besides);
    ``tasks`` counts what waits for him to be done by hand.
    """

    sheet: LeaverSheet
    wish: HandoverWish
    chosen: Mapping[int, int]
    groups: tuple[GroupLine, ...]
    counts: Mapping[str, int]
    stores: int
    successors: tuple[SuccessorLine, ...]
    requests: tuple[OpenRequest, ...]
    tasks: int
    is_within: bool
    version: str


def review_handover(
    actor: Actor, wish: HandoverWish, *, sheet: LeaverSheet | None = None
) -> HandoverReview:
    """
    Show what a hand-over would do; nothing is written.

    :param sheet: what he holds on the wish's day, when it was just read in the same scope
    :raises NotFound: no such staff within the actor's reach
    """
    with scope.reading(actor):
        sheet = sheet or leaver_sheet(actor, wish.staff_id, on=wish.on)
        held = holdings.holdings_of(actor, sheet.staff_id, sheet.person_id)
        chosen = wish.chosen(sheet.covered)
        follows = follow(wish, sheet, held)
        counts = Counter(h.part for h in held)
        counts["owner"] = sum(h.is_owner for h in held)
        return HandoverReview(
            sheet=sheet,
            wish=wish,
            chosen=chosen,
            groups=_lines(wish, sheet, held, follows),
            counts=counts,
            stores=sum(c.stores for c in sheet.covered),
            successors=_successors(wish, sheet, held, follows),
            requests=open_requests(actor, [h.group_id for h in held]),
            tasks=Task.objects.filter(assignee_staff_id=sheet.staff_id, state=OPEN).count(),
            is_within=is_within(actor, sheet, held),
            version=version_of(sheet, held),
        )


def proposed(sheet: LeaverSheet) -> HandoverWish:
    """Propose successors: whoever is assigned to follow in a territory, else the superior, else a peer."""
    near = [c.staff_id for c in sheet.candidates if c.why != "other"]
    ranked = [c.staff_id for c in sheet.candidates if c.why in ("next", "superior")] or near
    first = ranked[0] if ranked else None
    above = next((c.staff_id for c in sheet.candidates if c.why == "superior"), first)
    pairs = ((c.territory_id, c.next_ids[0] if c.next_ids else above) for c in sheet.covered)
    return HandoverWish(
        staff_id=sheet.staff_id,
        on=date.min,
        successor_id=above,
        territories=tuple((pk, to) for pk, to in pairs if to is not None),
    )


def version_of(sheet: LeaverSheet, held: tuple[Holding, ...]) -> str:
    """Return the version of what he holds."""
    return fingerprint(held, (c.territory_id for c in sheet.covered), (pk for pk, _ in sheet.below))


def is_within(actor: Actor, sheet: LeaverSheet, held: tuple[Holding, ...]) -> bool:
    """Tell whether all that he holds lies within the actor's reach."""
    if actor.reach.is_everything:
        return True
    return all(c.is_within for c in sheet.covered) and all(
        h.path for h in held if h.is_owner or h.part != "member"
    )


def follow(wish: HandoverWish, sheet: LeaverSheet, held: tuple[Holding, ...]) -> dict[int, int]:
    """Return group → who follows in it; groups that do not pass are left out."""
    chosen = wish.chosen(sheet.covered)
    paths = {c.path: chosen[c.territory_id] for c in sheet.covered if c.territory_id in chosen}
    otherwise = wish.successor_id if wish.is_leaving else None
    found = {
        h.group_id: successor_for(h.path, paths, otherwise) for h in held if h.part != "member"
    }
    return {group_id: to for group_id, to in found.items() if to is not None}


def _lines(
    wish: HandoverWish, sheet: LeaverSheet, held: tuple[Holding, ...], follows: Mapping[int, int]
) -> tuple[GroupLine, ...]:
    names = {c.staff_id: c.name for c in sheet.candidates}
    shown = sorted(held, key=lambda h: (h.part == "member" and not h.is_owner, h.group_id))
    shown = shown[:MOST_SHOWN]
    counted = GroupStore.objects.filter(group_id__in=[h.group_id for h in shown])
    stores = dict(counted.values_list("group_id").annotate(n=Count("store_id")))
    return tuple(
        GroupLine(
            group_id=h.group_id,
            name=h.name,
            part=h.part,
            is_owner=h.is_owner,
            stores=stores.get(h.group_id, 0),
            seats_taken=h.seats_taken,
            seats_cap=h.seats_cap,
            successor=names.get(follows.get(h.group_id, 0), ""),
            new_owner=names.get(_heir(wish) or 0, "") if h.is_owner else "",
            goes_at_once=h.is_full and not wish.is_leaving and h.group_id in follows,
        )
        for h in shown
    )


def _heir(wish: HandoverWish) -> int | None:
    """Return who shall own the rooms that he owns."""
    return (wish.owner_id or wish.successor_id) if wish.is_leaving else None


def _successors(
    wish: HandoverWish,
    sheet: LeaverSheet,
    held: tuple[Holding, ...],
    follows: Mapping[int, int],
) -> tuple[SuccessorLine, ...]:
    """Return what each successor carries before and after; what is his already counts once."""
    chosen = wish.chosen(sheet.covered)
    ids = set(chosen.values()) | set(follows.values())
    ids |= {pk for pk in (wish.successor_id, _heir(wish)) if pk and wish.is_leaving}
    known = {c.staff_id: c for c in sheet.candidates if c.staff_id in ids}
    now, seats = _loads(known), _new_seats(wish, known, held, follows)
    stores = Counter[int]()
    for covered in sheet.covered:
        heir = known.get(chosen.get(covered.territory_id, 0))
        if heir and not any(covered.path.startswith(path) for path in heir.covers):
            stores[heir.staff_id] += covered.stores
    stewarded = Counter(
        follows[h.group_id] for h in held if h.part == "steward" and h.group_id in follows
    )
    return tuple(
        SuccessorLine(
            staff_id=pk,
            name=who.name,
            role=who.role,
            before=now[pk],
            after=Load(
                stores=now[pk].stores + stores[pk],
                stewarded=now[pk].stewarded + stewarded[pk],
                seated=now[pk].seated + seats[pk],
            ),
        )
        for pk, who in known.items()
    )


def _new_seats(
    wish: HandoverWish,
    known: Mapping[int, Candidate],
    held: tuple[Holding, ...],
    follows: Mapping[int, int],
) -> Counter[int]:
    """Count the groups in which a successor does not sit yet."""
    heir = _heir(wish)
    pairs = {(to, group_id) for group_id, to in follows.items()}
    pairs |= {(heir, h.group_id) for h in held if h.is_owner and heir is not None}
    people = {c.person_id: pk for pk, c in known.items()}
    sitting = Member.objects.filter(
        person_id__in=people, group_id__in=[group_id for _, group_id in pairs], left_at=None
    )
    pairs -= {(people[who], group) for who, group in sitting.values_list("person_id", "group_id")}
    return Counter(to for to, _ in pairs)


def _loads(known: Mapping[int, Candidate]) -> dict[int, Load]:
    living = Group.objects.exclude(life__in=("merged", "retired"))
    stewarded = dict(
        living.filter(steward_staff_id__in=list(known))
        .values_list("steward_staff_id")
        .annotate(n=Count("pk"))
    )
    people = {c.person_id for c in known.values()}
    seated = dict(
        Member.objects.filter(person_id__in=people, left_at=None, store_id=None)
        .values_list("person_id")
        .annotate(n=Count("pk"))
    )
    return {
        pk: Load(
            stores=c.stores,
            stewarded=stewarded.get(pk, 0),
            seated=seated.get(c.person_id, 0),
        )
        for pk, c in known.items()
    }
