"""What a page beside a chat on an outside platform shows: which group of ours it is, or whose chat."""

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, Value, When

from qunlian.community import access
from qunlian.community.models import Group, HandleView, PersonView, StorePersonView, StoreView
from qunlian.community.queries.members import Seat, groups_of_person
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatChoice:
    """A group to choose by hand."""

    group_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Whom one talks to: his stores within reach (id, name), and the groups he sits in."""

    person_id: int
    name: str
    stores: tuple[tuple[int, str], ...]
    seats: tuple[Seat, ...]


def group_of_chat(actor: Actor, platform: str, room_key: str) -> int | None:
    """Return the group within reach whose room it is; None: none of ours, or not his to see."""
    with scope.reading(actor):
        rows = access.groups_within(actor).filter(platform=platform, platform_key=room_key)
        return rows.values_list("pk", flat=True).first() if room_key else None


def chats_to_choose(actor: Actor, platform: str, text: str = "") -> tuple[ChatChoice, ...]:
    """Return groups on the platform within reach, those he runs himself first."""
    with scope.reading(actor):
        rows = access.groups_within(actor).filter(platform=platform).exclude(platform_key="")
        if text:
            rows = rows.filter(name__contains=text)
        own = Q(steward_staff_id=actor.staff_id or 0) | Q(owner_person_id=actor.person_id or 0)
        rank = Case(When(own, then=Value(0)), default=Value(1), output_field=IntegerField())
        found: list[Group] = list(rows.order_by(rank, "name", "pk")[:MOST])
    return tuple(ChatChoice(group_id=row.pk, name=row.name) for row in found)


def partner(actor: Actor, platform: str, key: str) -> Partner | None:
    """Return whose account it is, if he belongs to a store within reach or sits in a group there."""
    with scope.reading(actor):
        handle = HandleView.objects.filter(platform=platform, key=key, is_staff=False).first()
        if handle is None or handle.person_id is None:
            return None
        ties = StorePersonView.objects.filter(person_id=handle.person_id)
        stores = StoreView.objects.filter(pk__in=ties.values("store_id")).order_by("name", "pk")
        shown = tuple(stores.values_list("pk", "name")[:MOST])
        seats = groups_of_person(actor, handle.person_id)[:MOST]
        if not shown and not seats:
            return None
        name = PersonView.objects.filter(pk=handle.person_id).values_list("name", flat=True).first()
    return Partner(person_id=handle.person_id, name=name or handle.name, stores=shown, seats=seats)
