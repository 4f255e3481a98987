"""One human: what belongs to him, who looks like him, and the trail of merges."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from qunlian.channel import access
from qunlian.channel.models import (
    Account,
    Contact,
    LikelyDuplicate,
    Person,
    PersonMerge,
    PersonUnmerge,
    Staff,
)
from qunlian.channel.rules import phones
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.typed import wholes

PAGE_ROWS = 20
#: Beyond this many, a count of pairs to decide says so.
MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """What he is to a partner; ``kind`` is store or distributor."""

    kind: str
    id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard:
    """A human with his number masked. ``staff_id`` is set on the staff; ``log_ins`` counts his accounts."""

    person_id: int
    name: str
    masked_phone: str
    created_at: datetime
    ties: tuple[Tie, ...]
    staff_id: int | None
    staff_role: str
    log_ins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelyPair:
    """Two who look like one. ``reasons``: (sign, points); ``keep_id`` is the record that knows more."""

    id: int
    score: int
    reasons: tuple[tuple[str, int], ...]
    first: PersonCard
    second: PersonCard
    keep_id: int
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailLine:
    """
    One merge of somebody into this record (or of this one into another).

    :ivar moved: what moved then, by name → how many
    :ivar stayed: what could not go back when it was taken back, by name → how many
    :ivar may_undo: it stands, and no later merge stands upon it
    """

    merge_id: int
    kept_id: int
    kept_name: str
    merged_id: int
    merged_name: str
    merged_phone: str
    note: str
    by: str
    at: datetime
    moved: dict[str, int]
    unmerged_at: datetime | None
    unmerged_by: str
    unmerge_note: str
    stayed: dict[str, int]
    may_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """A human, who looks like him, and his trail, the newest first. ``merged_into``: he is this one now."""

    card: PersonCard
    merged_into: tuple[int, str] | None
    likely: tuple[LikelyPair, ...]
    trail: tuple[TrailLine, ...]


def list_likely_duplicates(
    actor: Actor, *, after: str = "", take: int = PAGE_ROWS
) -> Page[LikelyPair]:
    """
    Return pairs that wait to be decided, both within reach, the likeliest first.

    :raises Forbidden: only the enterprise's own people who look after stores decide
    """
    score, _, last = after.partition("~")
    with scope.reading(actor):
        access.own_people_only(actor)
        rows = _open(actor)
        if key := wholes(score, last):
            rows = rows.filter(Q(score__lt=key[0]) | Q(score=key[0], pk__gt=key[1]))
        found = list(rows.order_by("-score", "pk")[: take + 1])
        pairs = _pairs(found[:take])
    more = len(found) > take
    return Page(rows=pairs, next_key=f"{pairs[-1].score}~{pairs[-1].id}" if more else None)


def duplicates_waiting(actor: Actor) -> int:
    """Count the pairs that wait to be decided, at most ``MOST``."""
    with scope.reading(actor):
        return len(_open(actor).order_by()[:MOST].values_list("pk"))


def duplicates_looked_at(actor: Actor) -> datetime | None:
    """Return when somebody or the night last looked through everybody, as far as a pair still tells."""
    with scope.reading(actor):
        newest = _open(actor).order_by("-found_at").values_list("found_at", flat=True)
        return newest.first()


def person_page(actor: Actor, person_id: int) -> PersonPage:
    """
    Return one human, numbers masked.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        person = access.person_for(actor, person_id)
        into = Person.objects.filter(pk=person.merged_into_id or 0).first()
        about = Q(first=person) | Q(second=person)
        likely = _open(actor).filter(about).order_by("-score", "pk")[:PAGE_ROWS]
        return PersonPage(
            card=person_cards([person_id])[person_id],
            merged_into=(into.pk, into.name) if into else None,
            likely=_pairs(list(likely)),
            trail=_trail(actor, person),
        )


def person_cards(person_ids: Iterable[int]) -> dict[int, PersonCard]:
    """Return people with what belongs to them, in a few queries for all; inside a scope."""
    persons = Person.objects.in_bulk(set(person_ids))
    ties: dict[int, list[Tie]] = defaultdict(list)
    contacts = Contact.objects.filter(person__in=persons).order_by("since_at", "pk")
    for person_id, store, store_name, distributor, name, role in contacts.values_list(
        "person_id", "store_id", "store__name", "distributor_id", "distributor__name", "role"
    ):
        kind = "store" if store else "distributor"
        tie = Tie(kind=kind, id=store or distributor, name=store_name or name, role=role)
        ties[person_id].append(tie)
    rows = Staff.objects.filter(person__in=persons).values_list("person_id", "pk", "role")
    staff = {person_id: (pk, role) for person_id, pk, role in rows}
    enterprises = {person.enterprise_id for person in persons.values()}
    own = Account.objects.filter(enterprise_id__in=enterprises, person_id__in=persons)
    log_ins = list(own.filter(is_active=True).values_list("person_id", flat=True))
    return {
        pk: PersonCard(
            person_id=pk,
            name=person.name,
            masked_phone=phones.masked_phone(person.phone),
            created_at=person.created_at,
            ties=tuple(ties[pk]),
            staff_id=staff[pk][0] if pk in staff else None,
            staff_role=staff[pk][1] if pk in staff else "",
            log_ins=log_ins.count(pk),
        )
        for pk, person in persons.items()
    }


def _open(actor: Actor) -> QuerySet[LikelyDuplicate]:
    return access.duplicates_within(actor).filter(state="open")


def _pairs(rows: list[LikelyDuplicate]) -> tuple[LikelyPair, ...]:
    cards = person_cards({pk for row in rows for pk in (row.first_id, row.second_id)})
    return tuple(
        LikelyPair(
            id=row.pk,
            score=row.score,
            reasons=tuple((sign, points) for sign, points in row.reasons),
            first=cards[row.first_id],
            second=cards[row.second_id],
            keep_id=max(cards[row.first_id], cards[row.second_id], key=_knows).person_id,
            found_at=row.found_at,
        )
        for row in rows
    )


def _knows(card: PersonCard) -> tuple[int, ...]:
    """Order records by what they know: on the staff, owner of more, log-ins, ties, a number, the older."""
    owns = sum(tie.role == "owner" for tie in card.ties)
    has_phone = bool(card.masked_phone)
    return (
        card.staff_id is not None,
        owns,
        card.log_ins,
        len(card.ties),
        has_phone,
        -card.person_id,
    )


def _trail(actor: Actor, person: Person) -> tuple[TrailLine, ...]:
    root = person.merged_into_id or person.pk
    family = Person.objects.filter(Q(merged_into=root) | Q(pk=root)).values("pk")
    merges = list(
        PersonMerge.objects.filter(Q(kept__in=family) | Q(kept=person) | Q(merged=person))
        .select_related("kept", "merged")
        .annotate(has_later=Exists(_standing_upon()))
        .order_by("-pk")[:100]
    )
    undone = {row.merge_id: row for row in PersonUnmerge.objects.filter(merge__in=merges)}
    names = _names(
        actor, {row.merged_by for row in merges} | {row.unmerged_by for row in undone.values()}
    )
    return tuple(_line(row, undone.get(row.pk), names) for row in merges)


def _standing_upon() -> QuerySet[PersonMerge]:
    later = PersonMerge.objects.filter(
        Q(kept=OuterRef("kept")) | Q(merged=OuterRef("kept")),
        enterprise_id=OuterRef("enterprise_id"),
        pk__gt=OuterRef("pk"),
    )
    return later.filter(~Exists(PersonUnmerge.objects.filter(merge=OuterRef("pk"))))


def _line(row: PersonMerge, undo: PersonUnmerge | None, names: dict[int | None, str]) -> TrailLine:
    return TrailLine(
        merge_id=row.pk,
        kept_id=row.kept_id,
        kept_name=row.kept.name,
        merged_id=row.merged_id,
        merged_name=row.merged.name,
        merged_phone=phones.masked_phone(row.merged.phone),
        note=row.note,
        by=names.get(row.merged_by, ""),
        at=row.merged_at,
        moved=_moved(row),
        unmerged_at=undo.unmerged_at if undo else None,
        unmerged_by=names.get(undo.unmerged_by, "") if undo else "",
        unmerge_note=undo.note if undo else "",
        stayed={name: len(ids) for name, ids in undo.stayed.items()} if undo else {},
        may_undo=undo is None and not row.has_later,  # type: ignore[attr-defined]
    )


def _moved(row: PersonMerge) -> dict[str, int]:
    counts = {}
    for part in row.moved.values():
        for name, record in part.items():
            if isinstance(record, dict):
                counts[name] = len(record["moved"]) + len(record["folded"])
            elif isinstance(record, list):
                counts[name] = len(record)
    return {name: count for name, count in counts.items() if count}


def _names(actor: Actor, account_ids: set[int | None]) -> dict[int | None, str]:
    accounts = Account.objects.filter(
        enterprise_id=actor.enterprise_id, pk__in=[pk for pk in account_ids if pk]
    )
    by_account = dict(accounts.values_list("pk", "person_id"))
    persons = Person.objects.in_bulk({pk for pk in by_account.values() if pk})
    return {
        pk: persons[person_id].name for pk, person_id in by_account.items() if person_id in persons
    }
