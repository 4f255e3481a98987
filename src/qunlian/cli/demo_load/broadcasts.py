"""The messages of the last weeks and who got, read and understood them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from numpy.random import Generator

from qunlian.channel.queries.staff import StaffRow
from qunlian.cli.demo_data import Notice
from qunlian.cli.demo_load.catalogue import articles
from qunlian.cli.demo_load.conversations import DAYS, chats, read_up, talk
from qunlian.cli.demo_load.laying import Laying
from qunlian.cli.demo_load.matrix import store_groups
from qunlian.community.queries.members import members_of_each
from qunlian.kernel.paging import every_row
from qunlian.messaging.actions.answer_relay import answer_relay
from qunlian.messaging.actions.claim_deliveries import claim_deliveries
from qunlian.messaging.actions.close_broadcast import close_broadcast
from qunlian.messaging.actions.compose_broadcast import Composition, compose_broadcast
from qunlian.messaging.actions.pass_on import pass_on
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.actions.settle_deliveries import settle_deliveries
from qunlian.messaging.actions.start_broadcast import start_broadcast
from qunlian.messaging.actions.take_in_events import take_in_events
from qunlian.messaging.actions.take_in_receipts import PersonProof, take_in_receipts
from qunlian.messaging.queries.broadcasts import broadcast_card, list_broadcasts
from qunlian.messaging.queries.intake import cursor_of
from qunlian.messaging.queries.proofs import GroupProof, groups_of_result
from qunlian.messaging.queries.relays import relays_waiting
from qunlian.messaging.rules.slices import Slice
from qunlian.platforms.registry import platform

WRITTEN_BEFORE = timedelta(minutes=40)
OPEN_FOR = timedelta(hours=60)
_WORDINGS = ("", "", "各位老板看一下", "这条重要，看完答一下题", "我们区这周就按这个来")
#: group → (person, since when) of its members
Seats = defaultdict[int, list[tuple[int, datetime]]]
#: how likely each level of staff hands a cascade on, the top first
_PASSES_ON = (1.0, 1.0, 1.0, 0.9, 0.78)


@dataclass(frozen=True, slots=True, kw_only=True)
class Airing:
    """When which notice is sent, and how; ``article`` is the code of a product that it shows."""

    notice: int
    days_ago: int
    hour: int
    mode: str = "direct"
    article: str = ""


AIRINGS = (
    Airing(notice=6, days_ago=18, hour=9),
    Airing(notice=0, days_ago=14, hour=10, article="LX1102"),
    Airing(notice=1, days_ago=10, hour=9, mode="cascade"),
    Airing(notice=11, days_ago=6, hour=15, article="LX3101"),
    Airing(notice=4, days_ago=3, hour=10, article="LX1103"),
    Airing(notice=2, days_ago=1, hour=9, article="LX1104"),
)
TOMORROW = Airing(notice=9, days_ago=-1, hour=9)


def write_messages(laying: Laying) -> None:
    """Write down what headquarters will say, so that orders can name what brought them about."""
    for airing in AIRINGS:
        _compose(laying, airing, laying.moment(airing.days_ago, airing.hour) - WRITTEN_BEFORE)


def lay_messages(laying: Laying) -> None:
    """Let groups talk and headquarters speak, in the order of the days; one message waits for tomorrow."""
    groups, seats = chats(laying), _seats(laying)
    since = laying.moment(DAYS, 0)
    for airing in AIRINGS:
        at = laying.moment(airing.days_ago, airing.hour)
        talk(laying, groups, since=since, until=at)
        _air(laying, airing, seats, at)
        since = at
    talk(laying, groups, since=since, until=laying.now)
    read_up(laying)
    _schedule(laying)


def broadcast_ids(laying: Laying) -> dict[str, int]:
    """Return the broadcasts by title."""
    rows = list_broadcasts(laying.headquarters, limit=100).rows
    return {row.title: row.broadcast_id for row in rows}


def _compose(laying: Laying, airing: Airing, at: datetime) -> int:
    notice = laying.demo.notices[airing.notice]
    known = broadcast_ids(laying).get(notice.title)
    if known is not None:
        return known
    written = Composition(
        title=notice.title,
        text=notice.text,
        card=_card(laying, airing),
        question=notice.question,
        options=notice.options,
        right_option=notice.right,
        mode=airing.mode,
        slice=Slice(layers=("store",)),
    )
    return compose_broadcast(
        actor=laying.headquarters, broadcast_id=None, composition=written, now=at
    )


def _card(laying: Laying, airing: Airing) -> Mapping[str, object]:
    for article in articles(laying):
        if article.code == airing.article:
            return {
                "kind": "product",
                "product_id": article.product_id,
                "title": article.name,
                "price_fen": article.price_fen,
            }
    return {}


def _air(laying: Laying, airing: Airing, seats: Seats, at: datetime) -> None:
    """Send one broadcast and prove it, from wherever an earlier try left it."""
    who = laying.headquarters
    broadcast_id = _compose(laying, airing, at - WRITTEN_BEFORE)
    if broadcast_card(who, broadcast_id).state == "draft":
        closes_at = at + OPEN_FOR if airing.mode == "cascade" else None
        send_broadcast(actor=who, broadcast_id=broadcast_id, closes_at=closes_at, now=at)
    start_broadcast(actor=who, broadcast_id=broadcast_id, now=at)
    _deliver(laying, broadcast_id, at)
    if airing.mode == "cascade":
        _hand_down(laying, broadcast_id, laying.demo.notices[airing.notice], at)
        close_broadcast(actor=laying.machinery, broadcast_id=broadcast_id, now=at + OPEN_FOR)
    _prove(laying, broadcast_id, airing, seats, at)


def _deliver(laying: Laying, broadcast_id: int, at: datetime) -> None:
    """Do what messaging.deliver does, at a moment of the past."""
    adapter, who = platform("web"), laying.machinery
    while True:
        claimed = claim_deliveries(
            actor=who, broadcast_id=broadcast_id, platform="web", limit=adapter.batch_size, now=at
        )
        if claimed.posts:
            results = adapter.post(who.enterprise_id, claimed.posts, now=at)
        elif claimed.in_doubt:
            results = adapter.look_up(who.enterprise_id, claimed.in_doubt)
        else:
            break
        settle_deliveries(actor=who, broadcast_id=broadcast_id, results=results, now=at)
    while True:
        cursor = cursor_of(who, "web")
        events = adapter.events_since(who.enterprise_id, cursor)
        if not events.events:
            return
        take_in_events(actor=who, platform="web", from_cursor=cursor, events=events, now=at)


def _hand_down(laying: Laying, broadcast_id: int, notice: Notice, at: datetime) -> None:
    """Let each level read, answer and pass on; some stop it."""
    dice = laying.dice(f"cascade {broadcast_id}")
    for share, level in zip(_PASSES_ON, _levels(laying), strict=False):
        at += timedelta(hours=float(dice.uniform(2, 6)))
        waiting = relays_waiting(laying.headquarters, broadcast_id)
        for row in level:
            if row.id not in waiting:
                continue
            actor, relay_id = laying.stand_in(row), waiting[row.id]
            has_read = dice.random() < share + 0.1
            option = _answer(dice, notice.right, len(notice.options), share)
            if has_read:
                answer_relay(actor=actor, relay_id=relay_id, option=option, now=at)
            if has_read and dice.random() < share:
                wording = _WORDINGS[int(dice.integers(len(_WORDINGS)))]
                pass_on(actor=actor, relay_id=relay_id, wording=wording, now=at)
        _deliver(laying, broadcast_id, at)


def _levels(laying: Laying) -> list[list[StaffRow]]:
    """Return headquarters, then managers by how high they stand, then the reps."""
    rows = laying.staff().values()
    depth: dict[int, int] = {}
    above = {row.id: row.superior_id for row in rows}
    for row in rows:
        steps, up = 0, row.superior_id
        while up is not None:
            steps, up = steps + 1, above.get(up)
        depth[row.id] = steps
    return [
        [row for row in rows if row.role != "group_manager" and depth[row.id] == level]
        for level in sorted({*depth.values()})
    ]


def _answer(dice: Generator, right: int, options: int, share: float) -> int:
    """Choose the right option with this likelihood, else another."""
    if options < 2 or dice.random() < share:  # noqa: PLR2004
        return right
    return int((right + dice.integers(1, options)) % options)


def _prove(laying: Laying, broadcast_id: int, airing: Airing, seats: Seats, at: datetime) -> None:
    """Let people get it, read it and answer, each as attentive as he always is."""
    dice, notice = laying.dice(f"receipts {broadcast_id}"), laying.demo.notices[airing.notice]
    end = min(laying.now, at + timedelta(days=4))
    understood = 0.62 if airing.mode == "cascade" else 0.84
    proofs: list[PersonProof] = []
    for group in _groups(laying, broadcast_id):
        if group.state == "sent":
            people = [person for person, since in seats[group.group_id] if since <= at]
            proofs += _proofs(dice, group.group_id, people, (at, end), notice, understood)
    if airing.article:
        clicks = laying.dice(f"clicks {broadcast_id}")
        proofs = [_opened(clicks, proof, end) for proof in proofs]
    take_in_receipts(actor=laying.machinery, broadcast_id=broadcast_id, proofs=proofs, now=end)


def _groups(laying: Laying, broadcast_id: int) -> Iterator[GroupProof]:
    return every_row(
        lambda after: groups_of_result(laying.headquarters, broadcast_id, after=after, limit=500)
    )


def _opened(dice: Generator, proof: PersonProof, end: datetime) -> PersonProof:
    """Let about every third reader open the product's card."""
    if proof.read_at is None or dice.random() > 0.35:  # noqa: PLR2004
        return proof
    clicked = proof.read_at + timedelta(seconds=float(5 + dice.exponential(60)))
    return replace(proof, clicked_at=clicked) if clicked < end else proof


def _seats(laying: Laying) -> Seats:
    """Return who sits in each group since when, staff apart."""
    groups = [group.group_id for group in store_groups(laying)]
    found: Seats = defaultdict(list)
    for group_id, rows in members_of_each(laying.headquarters, groups).items():
        found[group_id] = [(row.person_id, row.joined_at) for row in rows if row.role == "member"]
    return found


def _proofs(
    dice: Generator,
    group_id: int,
    people: Sequence[int],
    span: tuple[datetime, datetime],
    notice: Notice,
    understood: float,
) -> Iterator[PersonProof]:
    begin, end = span
    for person_id in people:
        keen = (person_id * 2654435761 % 1000) / 1000  # the same in every broadcast
        delivered = begin + timedelta(minutes=float(dice.exponential(50)))
        if delivered >= end or dice.random() < 0.04:  # noqa: PLR2004
            continue
        read = delivered + timedelta(minutes=float(dice.exponential(150)))
        has_read = read < end and dice.random() < 0.35 + 0.6 * keen
        answered = read + timedelta(seconds=float(20 + dice.exponential(90)))
        has_answered = has_read and answered < end and dice.random() < 0.45 + 0.5 * keen
        option = _answer(dice, notice.right, len(notice.options), understood)
        yield PersonProof(
            group_id=group_id,
            person_id=person_id,
            delivered_at=delivered,
            read_at=read if has_read else None,
            answered_at=answered if has_answered else None,
            answer=option if has_answered else None,
        )


def _schedule(laying: Laying) -> None:
    """Leave one message for tomorrow morning."""
    broadcast_id = _compose(laying, TOMORROW, laying.now)
    tomorrow = laying.moment(0, TOMORROW.hour) + timedelta(days=1)
    if broadcast_card(laying.headquarters, broadcast_id).state == "draft":
        send_broadcast(
            actor=laying.headquarters, broadcast_id=broadcast_id, at=tomorrow, now=laying.now
        )
