"""Keep what headquarters enters to connect an outside platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from qunlian.channel import access
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.platforms import registry
from qunlian.platforms.extensions import Connectable


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSetUp:
    """What changed, by the names of the entries."""

    platform: str
    changed: tuple[str, ...]


def set_up_platform(
    *, actor: Actor, platform: str, entries: Mapping[str, str], now: datetime
) -> PlatformSetUp:
    """
    Keep what was entered, also a part of it; the journal names what changed, never what it holds.

    :raises Forbidden: only headquarters does this
    :raises NotFound: there is no such platform, or nothing about it is entered here
    :raises EntryRefused: something cannot be used (``field``)
    """
    adapter = registry.platform(platform) if platform in registry.names() else None
    if not isinstance(adapter, Connectable):
        raise NotFound(kind="platform", id=platform)
    with scope.writing(actor):
        access.headquarters_only(actor)
        changed = adapter.set_up(actor, entries, now=now)
        if changed:
            journal.record(
                "channel.platform_set_up",
                actor=actor,
                at=now,
                platform=platform,
                changed=list(changed),
            )
        return PlatformSetUp(platform=platform, changed=changed)
