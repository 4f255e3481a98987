"""Doors for tests, and a platform that makes codes into its rooms."""

# ruff: noqa: ARG002
from collections.abc import Iterator
from contextlib import contextmanager

from qunlian.community import doorkeeping
from qunlian.community.actions.open_door import NewDoor, OpenedDoor, open_door
from qunlian.community.models import Door
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms import extensions, registry
from qunlian.platforms.port import Feature, Means
from tests.cast_words import NOON, Cast
from tests.community.outside import Outside

PATH = "tests.community.ways.Coded"


MADE: dict[str, extensions.Door] = {}
TROUBLES: list[PlatformTrouble] = []


class Coded(Outside):
    """Rooms with codes: what each leads to; it fails once for whatever is in ``TROUBLES``."""

    name = "coded"
    capabilities = Outside.capabilities | {Feature.OPEN_DOOR: Means.API}
    rooms_per_door = 2
    most_doors = 3
    opens_next_room = False

    def open_door(self, enterprise_id: int, door: extensions.Door) -> extensions.OpenDoor:
        if TROUBLES:
            raise TROUBLES.pop()
        key = f"way-{len(MADE) + 1}"
        MADE[key] = door
        return extensions.OpenDoor(key=key, door=door, code_url=f"https://codes.example/{key}.png")

    def change_door(self, enterprise_id: int, key: str, door: extensions.Door) -> None:
        MADE[key] = door

    def close_door(self, enterprise_id: int, key: str) -> None:
        MADE.pop(key, None)


@contextmanager
def coded() -> Iterator[dict[str, extensions.Door]]:
    """Have the platform; yields what its codes lead to."""
    from django.conf import settings
    from django.test import override_settings

    registry.platform.cache_clear()
    MADE.clear()
    TROUBLES.clear()
    with override_settings(QUNLIAN_PLATFORMS={**settings.QUNLIAN_PLATFORMS, "coded": PATH}):
        yield MADE
    registry.platform.cache_clear()


def opened(cast: Cast, *, group_id: int | None = None, place: str = "", **words: str) -> OpenedDoor:
    """A door to a group, or to a place's groups of consumers; looked after already."""
    place_id = cast.ids[place] if place else None
    new = NewDoor(group_id=group_id, territory_id=place_id, **words)
    made = open_door(actor=cast.hua, door=new, now=NOON)
    tend(cast)
    return made


def tend(cast: Cast) -> None:
    now = max(NOON, clock.now())
    while doorkeeping.tend_some(system_actor(cast.ids["brand"]), now):
        pass


def door(cast: Cast, door_id: int) -> Door:
    with scope.reading(cast.hua):
        return Door.objects.get(pk=door_id)
