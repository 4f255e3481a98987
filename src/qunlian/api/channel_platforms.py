"""The API of setting up an outside platform: what is entered, and new secrets; no secret is told again."""

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from qunlian.api.asking import actor_of
from qunlian.channel.actions.renew_callback_keys import renew_callback_keys
from qunlian.channel.actions.set_up_platform import set_up_platform
from qunlian.channel.queries.platforms import platform_setup
from qunlian.kernel import clock
from qunlian.platforms.extensions import EntryRefused

router = Router(tags=["channel"])


class EntryOut(Schema):
    """
    One thing to enter. ``kind``: text, number, url, password or textarea; of a secret, as the last two are,
    ``value`` is always empty and ``is_set`` says whether there is one.
    """

    name: str
    label: str
    kind: str
    value: str
    is_set: bool
    hint: str


class ToCopyOut(Schema):
    """Something to copy into the platform's console."""

    label: str
    value: str


class StepOut(Schema):
    """A step of the walk; ``checks`` names the findings about it (``insight_examine_platform``)."""

    key: str
    title: str
    text: str
    entries: list[EntryOut]
    to_copy: list[ToCopyOut]
    checks: list[str]
    makes_keys: bool
    is_advanced: bool


class SetupOut(Schema):
    """How a platform is set up."""

    platform: str
    is_set_up: bool
    steps: list[StepOut]


class EntriesIn(Schema):
    """Entries by name, all or some of them; an empty secret keeps the one there is."""

    entries: dict[str, str]


class ChangedEntriesOut(Schema):
    """The names of what changed."""

    platform: str
    changed: list[str]


class KeysOut(Schema):
    """New secrets for the platform's console; told this once."""

    platform: str
    keys: list[ToCopyOut]


@router.get("/platforms/{platform}/setup", response=SetupOut, operation_id="channel_platform_setup")
def read_setup(request: HttpRequest, platform: str) -> object:
    """Return the walk that sets a platform up, with what is entered now."""
    return platform_setup(actor_of(request), platform)


@router.post(
    "/platforms/{platform}/setup",
    response=ChangedEntriesOut,
    operation_id="channel_set_up_platform",
)
def set_up(request: HttpRequest, platform: str, body: EntriesIn) -> object:
    """Keep what is entered; all of it or nothing."""
    actor = actor_of(request)
    known = {entry.name for step in platform_setup(actor, platform).steps for entry in step.entries}
    for name in body.entries:
        if name not in known:
            raise EntryRefused(field=name[:40])
    return set_up_platform(actor=actor, platform=platform, entries=body.entries, now=clock.now())


@router.post(
    "/platforms/{platform}/keys", response=KeysOut, operation_id="channel_renew_callback_keys"
)
def renew_keys(request: HttpRequest, response: HttpResponse, platform: str) -> object:
    """Make new secrets for what the platform sends us; what comes with old ones is refused from now on."""
    response["Cache-Control"] = "no-store"
    return renew_callback_keys(actor=actor_of(request), platform=platform, now=clock.now())
