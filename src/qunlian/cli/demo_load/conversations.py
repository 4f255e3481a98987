"""What the livelier groups said to each other, stretch by stretch, so that broadcasts stand between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from qunlian.cli.demo_data import MANAGER, REP, Party, converse
from qunlian.cli.demo_load.catalogue import Article, articles
from qunlian.cli.demo_load.laying import Laying
from qunlian.cli.demo_load.log_ins import READERS
from qunlian.cli.demo_load.matrix import store_groups
from qunlian.community.queries.members import MemberRow, members_of_each
from qunlian.messaging.actions.mark_seen import mark_seen
from qunlian.messaging.actions.take_in_conversations import Line, take_in_conversations
from qunlian.messaging.queries.chats import my_chats

DAYS = 20
GROUPS = 30
_SPEAKERS = 25
_LEAST_OWNERS = 6
_READ_UP = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A group that talks, and all it said, in order."""

    group_id: int
    lines: tuple[Line, ...]


def chats(laying: Laying) -> tuple[Chat, ...]:
    """Let thirty of the groups that live talk for the last weeks; those that fade say nothing."""
    goods = articles(laying)
    found: list[Chat] = []
    groups = sorted(store_groups(laying, "live"), key=lambda g: -g.seats_taken)
    seated = members_of_each(laying.headquarters, [group.group_id for group in groups])
    for group in groups:
        members = seated[group.group_id]
        owners = [row for row in members if row.role == "member"][:_SPEAKERS]
        team = {row.role: row for row in members if row.role != "member"}
        if len(owners) < _LEAST_OWNERS or "steward" not in team:
            continue
        found.append(_chat(laying, group.group_id, owners, team, goods))
        if len(found) == GROUPS:
            break
    return tuple(found)


def _chat(
    laying: Laying,
    group_id: int,
    owners: Sequence[MemberRow],
    team: dict[str, MemberRow],
    goods: Sequence[Article],
) -> Chat:
    dice = laying.dice(f"chat {group_id}")
    rep, manager = team["steward"], team.get("superior", team["steward"])
    people = {REP: rep.person_id, MANAGER: manager.person_id}
    begin = laying.moment(DAYS, 0)
    said = converse(
        Party(owners=[row.name for row in owners], rep=rep.name),
        seed=laying.seed * 1000 + group_id,
        days=DAYS + 1,
        threads_per_day=float(dice.choice([0.4, 0.8, 1.2, 2.2], p=[0.3, 0.35, 0.25, 0.1])),
    )
    lines = [
        Line(
            key=f"demo-{place}",
            person_id=people.get(each.speaker) or owners[each.speaker].person_id,
            posted_at=begin + timedelta(seconds=each.second),
            text=each.text,
            answers="" if each.answers is None else f"demo-{each.answers}",
        )
        for place, each in enumerate(said)
    ]
    for days_ago in dice.choice(range(1, DAYS), 2, replace=False).tolist():
        article = goods[int(dice.integers(len(goods)))]
        card = {
            "kind": "product",
            "product_id": article.product_id,
            "title": article.name,
            "price_fen": article.price_fen,
        }
        at = laying.moment(days_ago, 10, int(dice.integers(60)))
        lines.append(Line(key=f"card-{days_ago}", person_id=rep.person_id, posted_at=at, card=card))
    lines = [line for line in lines if line.posted_at < laying.now]
    return Chat(group_id=group_id, lines=tuple(sorted(lines, key=lambda line: line.posted_at)))


def talk(laying: Laying, groups: Sequence[Chat], *, since: datetime, until: datetime) -> None:
    """Take in what the groups said from one moment up to another."""
    said = {
        chat.group_id: [line for line in chat.lines if since <= line.posted_at < until]
        for chat in groups
    }
    said = {group_id: lines for group_id, lines in said.items() if lines}
    take_in_conversations(actor=laying.headquarters, conversations=said, now=until)


def read_up(laying: Laying) -> None:
    """Let those who may log in have read most of it: a number at every chat would say nothing."""
    dice = laying.dice("read")
    staff = laying.staff()
    for code in READERS:
        if code not in staff:
            continue
        reader = laying.stand_in(staff[code])
        for chat in my_chats(reader):
            missing = 0 if dice.random() < _READ_UP else int(dice.integers(1, 9))
            seq = max(chat.last_seq - missing, 0)
            mark_seen(
                actor=reader,
                group_id=chat.group_id,
                delivered_seq=seq,
                read_seq=seq,
                now=laying.now,
            )
