"""What follows when a group's rules are broken: its ladder, the step ahead of somebody, one's own rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from qunlian.community import access
from qunlian.community.models import (
    Breach,
    FoundRoom,
    Group,
    HandleView,
    Layer,
    Member,
    Occupant,
    PersonView,
)
from qunlian.community.rules import ladder
from qunlian.community.rules.layers import LayerTemplate
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.platforms.port import Feature, Means
from qunlian.platforms.registry import means, note

#: What of a platform each step needs; a red packet is asked for and watched by people, wherever it is.
_FEATURES: Mapping[str, Feature] = {
    "remind": Feature.POST,
    "recall": Feature.RECALL_MESSAGE,
    "mute": Feature.MUTE_MEMBER,
    "remove": Feature.REMOVE_MEMBER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAhead:
    """
    What would follow if somebody broke a rule now.

    :ivar step: None: none of the group's steps can be done
    :ivar way: ``api``: the platform does it; ``person``: somebody gets a task
    :ivar note: what to know about it on the platform, an untranslated msgid
    :ivar had: the steps that count against him, the mildest first
    """

    group_id: int
    group: str
    platform: str
    person_id: int
    person: str
    step: str | None
    way: str
    note: str
    takes_message: bool
    skipped: tuple[tuple[str, str], ...]
    had: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLadder:
    """
    A group's steps with how each is done on its platform, and for how long a breach counts.

    :ivar steps: (step, ``api`` | ``person`` | ``none``, what to know about it there, a msgid)
    :ivar is_own: the group's own; else its layer's
    """

    steps: tuple[tuple[str, str, str], ...]
    window_days: int
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MyRules:
    """What holds in a group that somebody sits in."""

    group_id: int
    name: str
    theme: str
    rules: str
    steps: tuple[str, ...]
    window_days: int


def ladder_of(group: Group) -> ladder.Ladder:
    """Return what follows in a group: its own ladder, else its layer's; inside a scope."""
    if group.ladder:
        return ladder.Ladder.of(group.ladder)
    row = Layer.objects.filter(layer=group.layer).first()
    return LayerTemplate.of(row.template).ladder if row else ladder.Ladder()


def ways_of(platform: str) -> dict[str, str]:
    """Return by which means a platform does each step."""
    ways = {step: str(means(platform, feature)) for step, feature in _FEATURES.items()}
    return ways | {"packet": str(Means.PERSON)}


def steps_had(group_id: int, person_id: int, now: datetime) -> tuple[str, ...]:
    """Return the steps that count against somebody in a group; inside a scope."""
    counting = Breach.objects.filter(
        group_id=group_id,
        person_id=person_id,
        standing__in=ladder.COUNTING,
        counts_until_at__gt=now,
    ).exclude(state__in=ladder.NOT_HAD)
    had = set(counting.values_list("step", flat=True))
    return tuple(step for step in ladder.STEPS if step in had)


def is_taken_out(group_ids: Iterable[int], person_id: int, now: datetime) -> bool:
    """Tell whether one of these groups has taken somebody out, so that he may not come in; inside a scope."""
    return Breach.objects.filter(
        group_id__in=list(group_ids),
        person_id=person_id,
        step="remove",
        state="done",
        standing__in=ladder.COUNTING,
        counts_until_at__gt=now,
    ).exists()


def silent_until(actor: Actor, group_id: int, *, now: datetime) -> datetime | None:
    """Return until when the actor may not write in a group; None: he may."""
    with scope.reading(actor):
        mutes = Breach.objects.filter(
            group_id=group_id,
            person_id=actor.person_id or 0,
            step="mute",
            state="done",
            standing__in=ladder.COUNTING,
            until_at__gt=now,
        )
        return mutes.order_by("-until_at").values_list("until_at", flat=True).first()


def next_step(
    actor: Actor, group_id: int, person_id: int, *, has_message: bool, now: datetime
) -> StepAhead:
    """
    Return what would follow if this member broke a rule now, and how it would be done.

    :raises NotFound: no such group that the actor looks after, or the person is no member of it
    """
    with scope.reading(actor):
        group = access.groups_to_keep(actor).filter(pk=group_id).first()
        if group is None:
            raise NotFound(kind="group", id=group_id)
        seated = Member.objects.filter(
            group=group, person_id=person_id, left_at=None, role="member"
        )
        if not seated.exists():
            raise NotFound(kind="member", id=person_id)
        had = steps_had(group_id, person_id, now)
        ahead = ladder.next_step(
            ladder_of(group), ways_of(group.platform), had, has_message=has_message
        )
        name = name_in(group, person_id)
    feature = _FEATURES.get(ahead.step) if ahead else None
    return StepAhead(
        group_id=group_id,
        group=group.name,
        platform=group.platform,
        person_id=person_id,
        person=name,
        step=ahead.step if ahead else None,
        way=ahead.way if ahead else ladder.NO_WAY,
        note=note(group.platform, feature) if feature else "",
        takes_message=bool(ahead and ahead.takes_message),
        skipped=ahead.skipped if ahead else (),
        had=had,
    )


def name_in(group: Group, person_id: int) -> str:
    """Return what somebody is called in a group's room, else his name; inside a scope."""
    own = HandleView.objects.filter(platform=group.platform, person_id=person_id)
    rooms = FoundRoom.objects.filter(group_id=group.pk)
    there = Occupant.objects.filter(
        room__in=rooms.values("pk"), handle_id__in=own.values("pk")
    ).exclude(name="")
    nickname = there.values_list("name", flat=True).first()
    if nickname:
        return nickname
    return PersonView.objects.filter(pk=person_id).values_list("name", flat=True).first() or ""


def group_ladder(actor: Actor, group_id: int) -> GroupLadder:
    """
    Return what follows in a group when its rules are broken.

    :raises NotFound: no such group within the actor's reach
    """
    with scope.reading(actor):
        group = access.group_for(actor, group_id)
        found = ladder_of(group)
    ways = ways_of(group.platform)
    return GroupLadder(
        steps=tuple(
            (
                step,
                ways[step],
                note(group.platform, _FEATURES[step]) if step in _FEATURES else "",
            )
            for step in found.in_order()
        ),
        window_days=found.window_days,
        is_own=bool(group.ladder),
    )


def my_rules(actor: Actor) -> tuple[MyRules, ...]:
    """Return what holds in the groups that the actor sits in."""
    with scope.reading(actor):
        stays = Member.objects.filter(person_id=actor.person_id or 0, left_at=None)
        groups = list(
            Group.objects.filter(pk__in=stays.values("group_id")).order_by("name", "pk")[:500]
        )
        templates = {row.layer: LayerTemplate.of(row.template) for row in Layer.objects.all()}
    found = []
    for group in groups:
        usual = templates[group.layer].ladder if group.layer in templates else ladder.Ladder()
        own = ladder.Ladder.of(group.ladder) if group.ladder else usual
        ways = ways_of(group.platform)
        found.append(
            MyRules(
                group_id=group.pk,
                name=group.name,
                theme=group.theme,
                rules=group.rules,
                steps=tuple(step for step in own.in_order() if ways[step] != ladder.NO_WAY),
                window_days=own.window_days,
            )
        )
    return tuple(found)
