"""The API of groups that exist already, and of whose store the people in them are."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from qunlian.api.asking import actor_of, page_size
from qunlian.community.actions.adopt_rooms import Adoption, adopt_rooms
from qunlian.community.actions.ask_for_claims import ClaimCall, ask_for_claims
from qunlian.community.actions.bind_member import bind_member
from qunlian.community.actions.look_for_rooms import look_for_rooms
from qunlian.community.actions.set_rooms_aside import set_rooms_aside
from qunlian.community.actions.unbind_member import unbind_member
from qunlian.community.queries import bindings, rooms
from qunlian.community.queries.coverage import list_unbound_stores
from qunlian.community.queries.store_groups import store_group_sums
from qunlian.kernel import clock

router = Router(tags=["community"])


class RoomQuery(Schema):
    """Which rooms: ``view`` is open (usual), clear, leavers, unknown, adopted, unbound, ignored or gone."""

    view: str = "open"
    after: str = ""
    take: int = 100


class RoomOut(Schema):
    """
    A room on a platform, with what is proposed for it, or what it became.

    ``signs`` are [code, points], together ``fit``; ``bound`` of ``people`` have a known store; ``read_at`` is
    null while nobody has read who sits there.
    """

    room_id: int
    platform: str
    name: str
    status: str
    decision: str
    group_id: int | None
    owner_key: str
    owner_name: str
    is_owner_gone: bool
    layer: str
    territory_id: int | None
    territory: str
    steward_staff_id: int | None
    steward: str
    fit: int
    is_clear: bool
    signs: list[tuple[str, int]]
    people: int
    staff: int
    bound: int
    read_at: datetime | None


class RoomList(Schema):
    """A page of rooms, the surest proposals first; send ``next_key`` as ``after`` for the next."""

    rows: list[RoomOut]
    next_key: str | None


class RoomCountsOut(Schema):
    """How many rooms there are of each view, the people in them, and of how many the store is known."""

    views: dict[str, int]
    people: int
    bound: int


class SitterOut(Schema):
    """Somebody in a room; ``store`` is empty while nobody knows it, ``whose`` a member of staff's name."""

    handle_id: int
    name: str
    is_staff: bool
    whose: str
    store: str


class RoomCardOut(RoomOut):
    """A room and who sits in it, staff first."""

    sitters: list[SitterOut]


class AdoptionIn(Schema):
    """One room, and what it becomes; null takes what was proposed."""

    room_id: int
    layer: str | None = None
    territory_id: int | None = None
    steward_staff_id: int | None = None


class AdoptionsIn(Schema):
    """The rooms to be taken over: all of them or none."""

    adoptions: list[AdoptionIn]


class AdoptedOut(Schema):
    """The groups made, by room; how many stores came into their base group by it."""

    groups: dict[int, int]
    stores: int


class AsideIn(Schema):
    """Which rooms to take off the list, or with ``is_aside`` false to put back."""

    room_ids: list[int]
    is_aside: bool = True


class ChangedOut(Schema):
    """How many rooms changed."""

    changed: int


class LookedOut(Schema):
    """The platforms whose rooms a worker reads now."""

    platforms: list[str]


class SatTwiceOut(Schema):
    """Somebody in several rooms of stores: [room, its name, its group or null] each."""

    handle_id: int
    name: str
    rooms: list[tuple[int, str, int | None]]


class ToBindQuery(Schema):
    """Where to go on, and how many."""

    after: str = ""
    take: int = 100


class GroupToBindOut(Schema):
    """A group with so many people whose store is proposed and not confirmed yet."""

    group_id: int
    name: str
    people: int


class GroupToBindList(Schema):
    """A page of groups, most people first; send ``next_key`` as ``after`` for the next."""

    rows: list[GroupToBindOut]
    next_key: str | None


class ProposalOut(Schema):
    """A store somebody may belong to, and the signs that say so; ``score`` 0 to 100."""

    store_id: int
    code: str
    name: str
    score: int
    signs: list[str]


class UnboundOut(Schema):
    """Somebody in a group's room whose store nobody knows."""

    handle_id: int
    name: str
    proposals: list[ProposalOut]


class StoreIn(Schema):
    """Which store."""

    store_id: int


class BoundOut(Schema):
    """Who belongs to which store now."""

    person_id: int
    store_id: int


class StoreGroupSumsOut(Schema):
    """Stores of a part that run groups of their own, groups, people, and who joined ours by their links."""

    territory_id: int | None
    name: str
    stores: int
    groups: int
    people: int
    joins: int


class ClaimsIn(Schema):
    """What to post in the group; the link is added."""

    text: str


class ClaimsOut(Schema):
    """The steward's task, and the link that stands in it."""

    task_id: int
    link: str


class UnboundStoreQuery(Schema):
    """Of which part of the tree, where to go on, and how many."""

    territory_id: int | None = None
    after: str = ""
    take: int = 100


class UnboundStoreOut(Schema):
    """An open store with a group in which we know nobody of it."""

    store_id: int
    code: str
    name: str
    territory_name: str


class UnboundStoreList(Schema):
    """A page of stores down the tree; send ``next_key`` as ``after`` for the next."""

    rows: list[UnboundStoreOut]
    next_key: str | None


@router.get("/rooms", response=RoomList, operation_id="community_list_rooms")
def list_rooms(request: HttpRequest, wanted: Query[RoomQuery]) -> object:
    """Return one page of rooms."""
    view = wanted.view if wanted.view in rooms.VIEWS else "open"
    size = page_size(wanted.take)
    return rooms.list_rooms(actor_of(request), view=view, after=wanted.after, size=size)


@router.get("/room-counts", response=RoomCountsOut, operation_id="community_room_counts")
def room_counts(request: HttpRequest) -> object:
    """Count the rooms within reach."""
    return rooms.room_counts(actor_of(request))


@router.get("/rooms-shared", response=list[SatTwiceOut], operation_id="community_sat_twice")
def sat_twice(request: HttpRequest) -> list[Any]:
    """List people who sit in several rooms of stores."""
    return list(rooms.sat_twice(actor_of(request)))


@router.post("/rooms/look", response=LookedOut, operation_id="community_look_for_rooms")
def look(request: HttpRequest) -> object:
    """Have a worker list and read the rooms of every connected platform."""
    return {"platforms": look_for_rooms(actor=actor_of(request), now=clock.now())}


@router.post("/rooms/adopt", response=AdoptedOut, operation_id="community_adopt_rooms")
def adopt(request: HttpRequest, entry: AdoptionsIn) -> object:
    """Make groups of rooms, with the people who sit in them; all of them or none."""
    adoptions = [Adoption(**one.dict()) for one in entry.adoptions]
    return adopt_rooms(actor=actor_of(request), adoptions=adoptions, now=clock.now())


@router.post("/rooms/aside", response=ChangedOut, operation_id="community_set_rooms_aside")
def set_aside(request: HttpRequest, entry: AsideIn) -> object:
    """Take rooms off the list of what is to be decided, or put them back."""
    changed = set_rooms_aside(actor=actor_of(request), **entry.dict(), now=clock.now())
    return {"changed": changed}


@router.get("/rooms/{room_id}", response=RoomCardOut, operation_id="community_room_card")
def room_card(request: HttpRequest, room_id: int) -> object:
    """Return one room and who sits in it."""
    row, sitters = rooms.room_card(actor_of(request), room_id)
    return {name: getattr(row, name) for name in RoomOut.model_fields} | {"sitters": sitters}


@router.get(
    "/groups-to-bind", response=GroupToBindList, operation_id="community_list_groups_to_bind"
)
def list_groups_to_bind(request: HttpRequest, wanted: Query[ToBindQuery]) -> object:
    """List the groups one looks after in which stores of people wait to be confirmed."""
    return bindings.list_groups_to_bind(
        actor_of(request), after=wanted.after, limit=page_size(wanted.take)
    )


@router.get(
    "/groups/{group_id}/unbound",
    response=list[UnboundOut],
    operation_id="community_unbound_people",
)
def unbound_people(request: HttpRequest, group_id: int) -> list[Any]:
    """List who sits in a group's room without a known store, with up to three proposals each."""
    return list(bindings.unbound_people(actor_of(request), group_id))


@router.post(
    "/groups/{group_id}/accounts/{handle_id}/bind",
    response=BoundOut,
    operation_id="community_bind_member",
)
def bind(request: HttpRequest, group_id: int, handle_id: int, entry: StoreIn) -> object:
    """Say which store somebody in a group's room belongs to, whatever was proposed."""
    return bind_member(
        actor=actor_of(request),
        group_id=group_id,
        handle_id=handle_id,
        store_id=entry.store_id,
        now=clock.now(),
    )


@router.post(
    "/groups/{group_id}/accounts/{handle_id}/unbind",
    response={204: None},
    operation_id="community_unbind_member",
)
def unbind(request: HttpRequest, group_id: int, handle_id: int, entry: StoreIn) -> object:
    """Note that somebody does not belong to a store; it is never proposed for him again."""
    unbind_member(
        actor=actor_of(request),
        group_id=group_id,
        handle_id=handle_id,
        store_id=entry.store_id,
        now=clock.now(),
    )
    return Status(204, None)


@router.get(
    "/store-group-sums", response=list[StoreGroupSumsOut], operation_id="community_store_group_sums"
)
def read_store_group_sums(request: HttpRequest, territory_id: int | None = None) -> list[Any]:
    """Add up the groups that stores run themselves, by the parts below a territory."""
    return list(store_group_sums(actor_of(request), territory_id))


@router.post(
    "/groups/{group_id}/claims", response=ClaimsOut, operation_id="community_ask_for_claims"
)
def ask_claims(request: HttpRequest, group_id: int, entry: ClaimsIn) -> object:
    """Have the steward post the group's claim link in it; once a day."""
    address = request.build_absolute_uri("/m/claim/")
    call = ClaimCall(group_id=group_id, text=entry.text, address=address)
    return ask_for_claims(actor=actor_of(request), call=call, now=clock.now())


@router.get(
    "/coverage/not-bound",
    response=UnboundStoreList,
    operation_id="community_list_unbound_stores",
)
def unbound_stores(request: HttpRequest, part: Query[UnboundStoreQuery]) -> object:
    """List open stores with a group in which we know nobody of theirs."""
    return list_unbound_stores(
        actor_of(request),
        territory_id=part.territory_id,
        after=part.after,
        limit=page_size(part.take),
    )
