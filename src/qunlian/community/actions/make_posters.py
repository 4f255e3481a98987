"""Ask for a PDF of posters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar

from qunlian.community import access
from qunlian.community.models import PosterRun, StoreView
from qunlian.community.queries.join import Invitation, invitation_of_store, invitations
from qunlian.community.rules.doors import POSTER_SIZES
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid

#: In one file; a larger part comes in several.
MOST_PER_FILE = 1000
MOST_FILES = 20


class NoPosters(Invalid):
    """There is nobody to invite here: no store of it has a group."""

    code: ClassVar[str] = "community.no_posters"


class TooManyPosters(Invalid):
    """These are more than 20,000 posters; choose a smaller part of the tree."""

    code: ClassVar[str] = "community.too_many_posters"


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterWish:
    """
    Whom posters shall invite, and how they look: one of the first four says whom.

    :ivar store_ids: ticked stores, or one
    :ivar size: ``a4``, or ``a6`` for a table
    :ivar address: where our pages are reached from, ``https://host``
    :ivar words: what stands on them: ``brand``, ``call``, ``steps``, and ``steps_elsewhere`` for groups on
        an outside platform
    """

    store_ids: Sequence[int] = ()
    group_id: int | None = None
    territory_id: int | None = None
    door_id: int | None = None
    size: str = "a4"
    address: str
    words: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostersAsked:
    """The files that are being drawn, and how many posters they will hold."""

    run_ids: tuple[int, ...]
    posters: int


def make_posters(*, actor: Actor, wish: PosterWish, now: datetime) -> PostersAsked:
    """
    Have posters drawn in the background: of ticked stores, a group's, a part's, or one of a way in.

    :raises NotFound: no such store, group, part or way in within the actor's reach
    :raises NoPosters: nobody is to be invited there
    :raises TooManyPosters: more than 20,000
    """
    kind, ids = _targets(actor, wish)
    if not ids:
        raise NoPosters
    if len(ids) > MOST_PER_FILE * MOST_FILES:
        raise TooManyPosters
    with scope.writing(actor):
        runs = PosterRun.objects.bulk_create(
            PosterRun(
                enterprise_id=actor.enterprise_id,
                size=wish.size if wish.size in POSTER_SIZES else "a4",
                selection={"kind": kind, "ids": part, "words": dict(wish.words)},
                address=wish.address[:200],
                total=len(part),
                asked_by=actor.account_id,
                asked_at=now,
            )
            for start in range(0, len(ids), MOST_PER_FILE)
            for part in [ids[start : start + MOST_PER_FILE]]
        )
        for run in runs:
            queue.enqueue(
                "community.draw_posters", enterprise_id=actor.enterprise_id, run_id=run.pk
            )
        journal.record(
            "community.posters_asked",
            actor=actor,
            at=now,
            about={"store": ids[:1000] if kind == "store" else []},
            posters=len(ids),
        )
    return PostersAsked(run_ids=tuple(run.pk for run in runs), posters=len(ids))


def _targets(actor: Actor, wish: PosterWish) -> tuple[str, list[int]]:
    """Return what the posters' codes lead to, within reach, and its kind in the registry of codes."""
    if wish.door_id is not None:
        with scope.reading(actor):
            return "door", [access.door_for(actor, wish.door_id).pk]
    if wish.store_ids:
        if len(wish.store_ids) == 1:
            return "store", [invitation_of_store(actor, wish.store_ids[0]).target_id]
        with scope.reading(actor):
            rows = StoreView.objects.filter(pk__in=list(wish.store_ids)).order_by("code")
            return "store", list(rows.values_list("pk", flat=True))
    most = MOST_PER_FILE * MOST_FILES + 1
    found: list[Invitation] = list(
        islice(invitations(actor, group_id=wish.group_id, territory_id=wish.territory_id), most)
    )
    return (found[0].kind if found else "store"), [one.target_id for one in found]
