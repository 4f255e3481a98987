"""Hand everything over that somebody holds, in one step."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction

from qunlian.channel.queries.leaving import LeaverSheet, leaver_sheet
from qunlian.channel.rules.staff import day_of
from qunlian.channel.steps import leaving
from qunlian.community import handing, holdings, requests
from qunlian.community.models import StaffView
from qunlian.community.queries.handover import HandoverWish, follow, is_within, version_of
from qunlian.community.rules.handover import Holding
from qunlian.community.steps import tasks
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid


class HandoverChanged(Conflict):
    """What this person holds has changed since you looked; look at the review again, then repeat."""

    code: ClassVar[str] = "community.handover_changed"


class DayPassed(Invalid):
    """Choose today or a day to come."""

    code: ClassVar[str] = "community.day_passed"


class AlreadyLeft(Conflict):
    """This person has been handed over already."""

    code: ClassVar[str] = "community.already_left"


class OwnLeaving(Conflict):
    """You cannot hand over your own account as you leave; ask a colleague at headquarters."""

    code: ClassVar[str] = "community.own_leaving"


class SuccessorMissing(Invalid):
    """Choose a successor, still on the staff, for everything that passes."""

    code: ClassVar[str] = "community.successor_missing"


class PartlyOutside(Conflict):
    """Part of what this person holds lies outside your territory; ask headquarters."""

    code: ClassVar[str] = "community.partly_outside"


class SuccessorsDoNotFit(Conflict):
    """A group has no seat for the successors; make room in it first."""

    code: ClassVar[str] = "community.successors_do_not_fit"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOverStaff:
    """What passed: groups in which another stands in, territories, people below, tasks; rooms asked for."""

    staff_id: int
    groups: int
    territories: int
    people: int
    tasks: int
    rooms_asked: int


def hand_over_staff(
    *, actor: Actor, wish: HandoverWish, version: str, now: datetime
) -> HandedOverStaff:
    """
    Pass groups, territories and people to successors, all or nothing; a leaver is locked out on his day.

    Groups and his open tasks pass at once, territories on the day. Rooms that he owns are asked to be given
    another owner; until their platform has done it he stays the owner there, and the request stays open.

    :param version: the review's; what a reviewer decides upon must be the same still
    :raises Forbidden: members, partners and reps do not hand over
    :raises NotFound: no such staff within the actor's reach
    :raises AlreadyLeft: he has left
    :raises OwnLeaving: it is the actor himself, who would lock himself out
    :raises DayPassed: the day is over
    :raises OwnSuccessor: he would follow himself
    :raises SuccessorMissing: something would be left to nobody
    :raises PartlyOutside: not all lies within the actor's reach
    :raises HandoverChanged: he holds something else now
    :raises SuccessorsDoNotFit: a group is full
    """
    with scope.writing(actor):
        sheet = _open(actor, wish, now)
        held = holdings.holdings_of(actor, sheet.staff_id, sheet.person_id, is_held=True)
        follows = follow(wish, sheet, held)
        _refuse_groups(actor, wish, sheet, held, version)
        rooms = _pass_groups(actor, wish, sheet, held, follows, now)
        chosen = wish.chosen(sheet.covered)
        people = leaving.pass_on(
            actor,
            leaving.Passing(
                staff_id=wish.staff_id,
                on=wish.on,
                territories=chosen,
                superior_id=wish.successor_id if wish.is_leaving and sheet.below else None,
            ),
        )
        heirs = (wish.successor_id, wish.owner_id) if wish.is_leaving else (None, None)
        passed = tasks.pass_on(staff_id=wish.staff_id, follows=follows, heirs=heirs)
        if wish.is_leaving:
            leaving.see_off(actor, wish.staff_id, wish.on)
            if wish.on <= day_of(now):
                leaving.close_accounts(actor, [wish.staff_id])
        _record(actor, wish, chosen, follows, now, people=people, tasks=passed, rooms=rooms)
        if rooms:
            queue.enqueue("community.settle_requests", enterprise_id=actor.enterprise_id)
        return HandedOverStaff(
            staff_id=wish.staff_id,
            groups=len(follows),
            territories=len(chosen),
            people=people,
            tasks=passed,
            rooms_asked=rooms,
        )


def _record(
    actor: Actor,
    wish: HandoverWish,
    chosen: dict[int, int],
    follows: dict[int, int],
    now: datetime,
    **counts: int,
) -> None:
    successors = {*chosen.values(), *follows.values()}
    journal.record(
        "community.staff_handed_over",
        actor=actor,
        at=now,
        about={
            "staff": [wish.staff_id, *sorted(successors)],
            "group": sorted(follows),
            "territory": sorted(chosen),
        },
        on=wish.on,
        is_leaving=wish.is_leaving,
        successors={str(group_id): to for group_id, to in follows.items()},
        **counts,
    )


def _open(actor: Actor, wish: HandoverWish, now: datetime) -> LeaverSheet:
    """Hold the leaver and the successors: nobody gives him anything, and none of them leaves meanwhile."""
    leaver = leaving.hold_leaver(actor, wish.staff_id)
    if leaver.left_on is not None:
        raise AlreadyLeft
    if wish.is_leaving and leaver.person_id == actor.person_id:
        raise OwnLeaving
    if wish.on < day_of(now):
        raise DayPassed(field="on")
    sheet = leaver_sheet(actor, wish.staff_id, on=wish.on)
    named = {to for _, to in wish.territories}
    named |= {pk for pk in (wish.successor_id, wish.owner_id) if pk is not None}
    if wish.staff_id in named:
        raise leaving.OwnSuccessor(field="successor")
    is_beyond = not actor.reach.is_everything and not named <= {
        c.staff_id for c in sheet.candidates
    }
    if not named or is_beyond or leaving.hold_staff(actor, named) != named:
        raise SuccessorMissing(field="successor")
    return sheet


def _refuse_groups(
    actor: Actor, wish: HandoverWish, sheet: LeaverSheet, held: tuple[Holding, ...], version: str
) -> None:
    if not is_within(actor, sheet, held):
        raise PartlyOutside
    if version != version_of(sheet, held):
        raise HandoverChanged
    ended = holdings.ended_rooms_of(actor, sheet.person_id)
    if wish.is_leaving and _is_left_over(wish, sheet, held, has_ended=bool(ended)):
        raise SuccessorMissing(field="successor")


def _is_left_over(
    wish: HandoverWish, sheet: LeaverSheet, held: tuple[Holding, ...], *, has_ended: bool
) -> bool:
    """Tell whether anything of a leaver's would be left to nobody, also the room of an ended group."""
    follows = follow(wish, sheet, held)
    groups = {h.group_id for h in held if h.part != "member"}
    is_busy = bool(sheet.below) or tasks.has_open(wish.staff_id)
    has_no_heir = wish.successor_id is None and is_busy
    has_rooms = has_ended or any(h.is_owner for h in held)
    rooms = has_rooms and (wish.owner_id or wish.successor_id) is None
    territories = {c.territory_id for c in sheet.covered} - wish.chosen(sheet.covered).keys()
    return has_no_heir or rooms or bool(territories) or bool(groups - follows.keys())


def _pass_groups(
    actor: Actor,
    wish: HandoverWish,
    sheet: LeaverSheet,
    held: tuple[Holding, ...],
    follows: dict[int, int],
    now: datetime,
) -> int:
    """Change the parts in all groups; return how many rooms were asked to be owned by another."""
    heir = wish.owner_id or wish.successor_id
    people = dict(
        StaffView.objects.filter(pk__in={*follows.values(), heir or 0}).values_list(
            "pk", "person_id"
        )
    )
    owned = {h.group_id: h.name for h in held if h.is_owner and wish.is_leaving and heir}
    ended = holdings.ended_rooms_of(actor, sheet.person_id) if wish.is_leaving and heir else {}
    goes_now = wish.is_leaving and wish.on <= day_of(now)
    ending = [h.group_id for h in held if goes_now or (h.is_full and h.group_id in follows)]
    with _seats_enough():
        handing.end_stays(actor, [sheet.person_id], ending, now)
        handing.step_down(actor, sheet.person_id, follows)
        handing.step_up(
            actor,
            held,
            follows,
            people,
            owners=dict.fromkeys(owned, people[heir]) if heir else {},
            at=now,
        )
    if heir and (rooms := owned | ended):
        requests.ask_owner(actor, rooms, sheet.person_id, people[heir], now)
    return len(owned) + len(ended)


@contextmanager
def _seats_enough() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as trouble:
        diagnosis = getattr(trouble.__cause__, "diag", None)
        if diagnosis and diagnosis.constraint_name == "community_group_seats":
            raise SuccessorsDoNotFit from None
        raise
