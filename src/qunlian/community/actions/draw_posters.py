"""Draw the posters that somebody asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from qunlian.channel.steps import public_codes
from qunlian.community import drawing
from qunlian.community.models import (
    Door,
    Group,
    GroupStore,
    PlaceView,
    PosterRun,
    StoreView,
)
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.platforms import registry

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostersDrawn:
    """How many posters the file holds; 0 when it was drawn, or forgotten, before."""

    run_id: int
    posters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """Whom a poster invites; ``is_elsewhere``: into a group on an outside platform."""

    title: str
    line: str
    is_elsewhere: bool


def draw_posters(*, actor: Actor, run_id: int, now: datetime) -> PostersDrawn:
    """
    Draw a file of posters and keep it for a week; the work of a background job.

    Run again after a crash, it draws from the beginning; what is drawn stays.
    """
    with scope.writing(actor):
        run = PosterRun.objects.defer("pdf").filter(pk=run_id).exclude(state="ready").first()
        if run is None:
            return PostersDrawn(run_id=run_id, posters=0)
        PosterRun.objects.filter(pk=run_id).update(state="drawing", done=0)
        kind, ids = run.selection["kind"], run.selection["ids"]
        targets = _targets(kind, ids)
        codes = public_codes(actor=actor, kind=kind, target_ids=[pk for pk in ids if pk in targets])
        posters = [_poster(run, targets[pk], codes[pk]) for pk in ids if pk in targets]

    def tell(done: int) -> None:
        with scope.writing(actor):
            PosterRun.objects.filter(pk=run_id).update(done=done)

    words = run.selection["words"]
    try:
        pdf = drawing.draw(
            posters, brand=words["brand"], call=words["call"], size=run.size, tell=tell
        )
    except Exception:
        with scope.writing(actor):
            PosterRun.objects.filter(pk=run_id).update(state="failed", ended_at=now)
        raise
    with scope.writing(actor):
        PosterRun.objects.filter(pk=run_id).update(
            state="ready", pdf=pdf, done=len(posters), ended_at=now
        )
        PosterRun.objects.filter(asked_at__lt=now - KEPT).delete()
    return PostersDrawn(run_id=run_id, posters=len(posters))


def _poster(run: PosterRun, target: _Target, code: str) -> drawing.Poster:
    note = "" if run.selection["kind"] == "door" else "?from=poster"
    words: dict[str, Any] = run.selection["words"]
    return drawing.Poster(
        title=target.title,
        line=target.line,
        link=f"{run.address}{code}{note}",
        steps=words["steps_elsewhere" if target.is_elsewhere else "steps"],
    )


def _targets(kind: str, ids: list[int]) -> dict[int, _Target]:
    outside = registry.with_own_accounts()
    if kind == "group":
        rows = Group.objects.filter(pk__in=ids)
        return {
            one.pk: _Target(title=one.name, line=one.theme, is_elsewhere=one.platform in outside)
            for one in rows
        }
    if kind == "door":
        return {one.pk: _door(one, outside) for one in Door.objects.filter(pk__in=ids)}
    placed = dict(
        GroupStore.objects.filter(layer="store", store_id__in=ids).values_list(
            "store_id", "group_id"
        )
    )
    groups = Group.objects.in_bulk(set(placed.values()))
    found = {}
    for pk, name in StoreView.objects.filter(pk__in=ids).values_list("pk", "name"):
        group = groups.get(placed.get(pk, 0))
        found[pk] = _Target(
            title=name,
            line=group.name if group else "",
            is_elsewhere=bool(group and group.platform in outside),
        )
    return found


def _door(door: Door, outside: tuple[str, ...]) -> _Target:
    first = Group.objects.filter(pk__in=door.group_ids or [door.group_id or 0]).first()
    place = PlaceView.objects.filter(pk=door.territory_id or 0).values_list("name", flat=True)
    return _Target(
        title=place.first() or (first.name if first else door.name),
        line=door.name,
        is_elsewhere=bool(first and first.platform in outside),
    )
