"""
Messages that a platform tells only by a paid archive: which archives can be read, and the files in them.

A file is fetched outside any transaction, kept under its message's key, and then named in the message: what
a worker that died in between left is found again.
"""

from dataclasses import replace
from datetime import datetime

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.messaging.actions.keep_file import OutsideFile, keep_file
from qunlian.messaging.models import GroupView
from qunlian.messaging.rules.media import LIMITS
from qunlian.platforms import registry
from qunlian.platforms.extensions import ArchiveReader
from qunlian.platforms.port import Event, Events, Feature, Means


def readable(enterprise_id: int) -> tuple[str, ...]:
    """Return the platforms whose archive this enterprise has, and this installation can read."""
    return tuple(
        name
        for name in registry.names()
        if registry.means(name, Feature.READ_MESSAGES) is Means.ARCHIVE
        and isinstance(adapter := registry.platform(name), ArchiveReader)
        and adapter.is_archive_readable(enterprise_id)
    )


def with_files(actor: Actor, platform: str, events: Events, now: datetime) -> Events:
    """
    Fetch what known groups' messages show; what cannot be shown becomes the words that stand for it.

    :raises PlatformTrouble: the platform cannot be asked now
    """
    adapter = registry.platform(platform)
    showing = [event for event in events.events if "file" in event.body]
    if not showing or not isinstance(adapter, ArchiveReader):
        return events
    with scope.reading(actor):
        rows = GroupView.objects.filter(
            platform=platform, platform_key__in={event.room_key for event in showing}
        )
        groups = dict(rows.values_list("platform_key", "pk"))
    fetched = [
        _fetched(actor, adapter, event, groups[event.room_key], platform, now)
        if "file" in event.body and event.room_key in groups
        else event
        for event in events.events
    ]
    return replace(events, events=tuple(fetched))


def _fetched(
    actor: Actor,
    adapter: ArchiveReader,
    event: Event,
    group_id: int,
    platform: str,
    now: datetime,
) -> Event:
    named = event.body["file"]
    in_words = replace(event, kind="text", body={"text": event.body.get("text", "")})
    if int(named.get("bytes") or 0) > LIMITS.get(event.kind, 0):
        return in_words
    try:
        content = adapter.archived_file(
            actor.enterprise_id, str(named["reference"]), str(named.get("md5sum") or "")
        )
    except PlatformTrouble as trouble:
        if trouble.permanent:
            return in_words
        raise
    file = OutsideFile(
        group_id=group_id, platform=platform, key=event.key, kind=event.kind, content=content
    )
    body = keep_file(actor=actor, file=file, now=now)
    return in_words if body is None else replace(event, body=body)
