"""The API of the channel: stores, territories, staff and distributors, for an ERP or DMS."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from qunlian.api.asking import actor_of, page_size
from qunlian.channel.actions.upsert_store import StoreEntry, upsert_store
from qunlian.channel.queries import distributors, staff, stores, territories
from qunlian.channel.queries.stores import StoreFilter
from qunlian.kernel import clock

router = Router(tags=["channel"])


class StoreQuery(Schema):
    """How a list of stores is narrowed; money in fen."""

    q: str = ""
    territory_id: int | None = None
    distributor_id: int | None = None
    type: str = ""
    management: str = ""
    status: str = ""
    tag: str = ""
    after: str = ""
    take: int = 100


class StoreOut(Schema):
    """A store. ``size_fen``: what it sells of us in a year; closeness 0 to 100."""

    id: int
    code: str
    name: str
    type: str
    management: str
    size_fen: int
    closeness: int
    status: str
    expected_people: int
    territory_id: int
    territory: str
    distributor_id: int | None
    distributor: str
    address: str
    tags: list[str]
    lng: float | None
    lat: float | None


class StoreList(Schema):
    """A page; ``next_key`` is what the next call sends as ``after``, null at the end."""

    rows: list[StoreOut]
    next_key: str | None


class StoreIn(Schema):
    """A store as an ERP knows it; its code is the key."""

    name: str
    territory_id: int
    distributor_id: int | None = None
    type: str = ""
    management: str = ""
    size_fen: int = 0
    closeness: int = 50
    status: str = "open"
    expected_people: int = 1
    address: str = ""


class Upserted(Schema):
    """Which store it is, and what changed; the same twice changes nothing."""

    store_id: int
    is_new: bool
    changed: list[str]


class TerritoryOut(Schema):
    """A territory with counts of what lies below it."""

    id: int
    parent_id: int | None
    code: str
    name: str
    depth: int
    is_patch: bool
    stores: int
    below: int
    patches: int


class StaffOut(Schema):
    """A member of staff; ``stores`` are those in the territories he covers now."""

    id: int
    code: str
    name: str
    role: str
    superior_id: int | None
    territories: str
    stores: int
    left_on: date | None


class StaffList(Schema):
    """A page of staff."""

    rows: list[StaffOut]
    next_key: str | None


class DistributorOut(Schema):
    """A distributor; tier 1 buys from the brand."""

    id: int
    parent_id: int | None
    tier: int
    code: str
    name: str
    territory_id: int | None
    address: str
    is_active: bool
    stores: int
    below: int


class DistributorList(Schema):
    """A page of distributors."""

    rows: list[DistributorOut]
    next_key: str | None


@router.get("/stores", response=StoreList, operation_id="channel_list_stores")
def list_stores(request: HttpRequest, wanted: Query[StoreQuery]) -> Any:
    """List stores within reach by code; a search (``q``) answers its first matches only."""
    chosen = wanted.dict(exclude={"q", "after", "take"})
    take = page_size(wanted.take)
    filters = StoreFilter(typed=wanted.q, **chosen)
    return stores.list_stores(actor_of(request), filters, after=wanted.after, take=take)


@router.get("/stores/{store_id}", response=StoreOut, operation_id="channel_store_page")
def store_page(request: HttpRequest, store_id: int) -> Any:
    """Read one store."""
    return stores.store_page(actor_of(request), store_id).row


@router.put(
    "/stores/by-code/{code}",
    response={200: Upserted, 201: Upserted},
    operation_id="channel_upsert_store",
)
def put_store(request: HttpRequest, code: str, entry: StoreIn) -> Any:
    """Add the store with this code, or bring the known one up to date."""
    known = StoreEntry(code=code, **entry.dict())
    done = upsert_store(actor=actor_of(request), entry=known, now=clock.now())
    return Status(201 if done.is_new else 200, done)


@router.get("/territories", response=list[TerritoryOut], operation_id="channel_list_territories")
def list_territories(request: HttpRequest) -> list[Any]:
    """List where the tree begins: the roots, or what the actor covers."""
    return list(territories.top_territories(actor_of(request)))


@router.get(
    "/territories/{territory_id}", response=TerritoryOut, operation_id="channel_territory_page"
)
def territory_page(request: HttpRequest, territory_id: int) -> Any:
    """Read one territory."""
    return territories.territory_page(actor_of(request), territory_id).node


@router.get(
    "/territories/{territory_id}/children",
    response=list[TerritoryOut],
    operation_id="channel_territory_children",
)
def territory_children(request: HttpRequest, territory_id: int) -> list[Any]:
    """List the level below a territory."""
    return list(territories.territory_children(actor_of(request), territory_id))


@router.get("/staff", response=StaffList, operation_id="channel_list_staff")
def list_staff(request: HttpRequest, q: str = "", role: str = "", after: str = "") -> Any:
    """List staff within reach by code."""
    return staff.list_staff(actor_of(request), typed=q, role=role, after=after, take=100)


@router.get("/staff/{staff_id}", response=StaffOut, operation_id="channel_staff_page")
def staff_page(request: HttpRequest, staff_id: int) -> Any:
    """Read one member of staff."""
    return staff.staff_page(actor_of(request), staff_id).row


@router.get("/distributors", response=DistributorList, operation_id="channel_list_distributors")
def list_distributors(request: HttpRequest, q: str = "", after: str = "") -> Any:
    """List distributors within reach by code."""
    return distributors.list_distributors(actor_of(request), typed=q, after=after, take=100)


@router.get(
    "/distributors/{distributor_id}",
    response=DistributorOut,
    operation_id="channel_distributor_page",
)
def distributor_page(request: HttpRequest, distributor_id: int) -> Any:
    """Read one distributor."""
    return distributors.distributor_page(actor_of(request), distributor_id).row
