"""The API of who is who: likely duplicates, one human with his trail, merging and taking back."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status

from qunlian.api.asking import actor_of, page_size
from qunlian.channel.actions.look_for_duplicates import look_for_duplicates
from qunlian.channel.actions.tell_apart import tell_apart
from qunlian.channel.queries import people
from qunlian.kernel import clock
from qunlian.messaging.actions.merge_people import merge_people
from qunlian.messaging.actions.unmerge_people import unmerge_people

router = Router(tags=["people"])


class TieOut(Schema):
    """What somebody is to a store or distributor."""

    kind: str
    id: int
    name: str
    role: str


class PersonOut(Schema):
    """A human; the number is masked."""

    person_id: int
    name: str
    masked_phone: str
    created_at: datetime
    ties: list[TieOut]
    staff_id: int | None
    staff_role: str
    log_ins: int


class LikelyPairOut(Schema):
    """Two records that look like one human; ``reasons``: (sign, points), ``keep_id`` knows more."""

    id: int
    score: int
    reasons: list[tuple[str, int]]
    first: PersonOut
    second: PersonOut
    keep_id: int
    found_at: datetime


class LikelyPairList(Schema):
    """A page, the likeliest first; ``next_key`` is what the next call sends as ``after``."""

    rows: list[LikelyPairOut]
    next_key: str | None


class TrailOut(Schema):
    """One merge; ``moved`` and ``stayed`` count rows by name. Taken back when ``unmerged_at`` is set."""

    merge_id: int
    kept_id: int
    merged_id: int
    note: str
    by: str
    at: datetime
    moved: dict[str, int]
    unmerged_at: datetime | None
    unmerged_by: str
    unmerge_note: str
    stayed: dict[str, int]
    may_undo: bool


class PersonPageOut(Schema):
    """A human, who looks like him, and his trail, the newest first."""

    card: PersonOut
    merged_into_id: int | None
    likely: list[LikelyPairOut]
    trail: list[TrailOut]


class MergeIn(Schema):
    """Who is merged into the person of the address, and why."""

    merged_id: int
    note: str = ""


class MergedOut(Schema):
    """By ``merge_id`` it is taken back; in ``groups_shared`` groups both sat, and one seat is free now."""

    merge_id: int
    kept_id: int
    merged_id: int
    groups_shared: int


class NoteIn(Schema):
    """Why; may be empty."""

    note: str = ""


class UnmergedOut(Schema):
    """``stayed``: what has changed since the merge and so stays with the kept one, by name → ids."""

    kept_id: int
    merged_id: int
    stayed: dict[str, list[int]]


@router.get(
    "/people/duplicates",
    operation_id="channel_list_likely_duplicates",
    response=LikelyPairList,
)
def list_pairs(request: HttpRequest, after: str = "", take: int = 20) -> object:
    """List pairs of people who look like one and wait to be decided."""
    return people.list_likely_duplicates(actor_of(request), after=after, take=page_size(take, 100))


@router.post(
    "/people/duplicates/look", operation_id="channel_look_for_duplicates", response={202: None}
)
def look(request: HttpRequest) -> object:
    """Have a worker look through everybody again."""
    look_for_duplicates(actor=actor_of(request), now=clock.now())
    return Status(202, None)


@router.post(
    "/people/duplicates/{int:duplicate_id}/apart",
    operation_id="channel_tell_apart",
    response={204: None},
)
def apart(request: HttpRequest, duplicate_id: int) -> object:
    """Say that a pair is two people; it is not asked about again."""
    tell_apart(actor=actor_of(request), duplicate_id=duplicate_id, now=clock.now())
    return Status(204, None)


@router.get("/people/{int:person_id}", operation_id="channel_person_page", response=PersonPageOut)
def person_page(request: HttpRequest, person_id: int) -> object:
    """Read one human with his trail; a merged record says into whom."""
    found = people.person_page(actor_of(request), person_id)
    return {
        "card": found.card,
        "merged_into_id": found.merged_into[0] if found.merged_into else None,
        "likely": found.likely,
        "trail": found.trail,
    }


@router.post(
    "/people/{int:person_id}/merge", operation_id="messaging_merge_people", response=MergedOut
)
def merge(request: HttpRequest, person_id: int, wish: MergeIn) -> object:
    """Merge another record into this person; everything living moves, and the trail keeps what."""
    return merge_people(
        actor=actor_of(request),
        kept_id=person_id,
        merged_id=wish.merged_id,
        note=wish.note,
        now=clock.now(),
    )


@router.post(
    "/people/merges/{int:merge_id}/undo",
    operation_id="messaging_unmerge_people",
    response=UnmergedOut,
)
def unmerge(request: HttpRequest, merge_id: int, wish: NoteIn) -> object:
    """Take a merge back: exactly what moved goes back, as far as nobody has changed it since."""
    return unmerge_people(
        actor=actor_of(request), merge_id=merge_id, note=wish.note, now=clock.now()
    )
