"""Conversations of a group over some days: threads of the corpus at the hours people have time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from qunlian.cli.demo_data.catalogue import products
from qunlian.cli.demo_data.threads import THREADS

REP, MANAGER = -1, -2
_DAY_SECONDS = 86_400
#: How often each lever comes up in a store group.
_SHARE = {
    "emotion": 0.16, "product": 0.27, "content": 0.1, "kol": 0.06, "event": 0.08, "red_packet": 0.06,
    "mini_program": 0.07, "order": 0.15, "complaint": 0.05,
}  # fmt: skip
#: Shop owners write before the morning rush, after lunch, and when the evening rush is over.
_HOURS = (
    (7, 0.1),
    (8, 0.13),
    (9, 0.1),
    (10, 0.07),
    (13, 0.08),
    (14, 0.1),
    (15, 0.08),
    (16, 0.06),
    (19, 0.06),
    (20, 0.12),
    (21, 0.1),
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message.

    :ivar second: seconds since the midnight at which the conversation begins
    :ivar speaker: position among the owners, or REP, or MANAGER
    :ivar lever: which lever the thread belongs to; also ``order`` and ``complaint``
    :ivar answers: position of the message this one replies to, None for a thread's first
    """

    second: int
    speaker: int
    text: str
    lever: str
    answers: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who talks. Owners' names in full; the steward calls them by surname and 老板."""

    owners: Sequence[str]
    rep: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A template: turns of (role, text)."""

    lever: str
    turns: tuple[tuple[str, str], ...]


@cache
def threads() -> tuple[Thread, ...]:
    """Return the corpus, read."""
    found = []
    for lever, text in THREADS.items():
        for block in text.strip().split("\n\n"):
            turns = tuple((line[0], line[2:]) for line in block.splitlines())
            found.append(Thread(lever, turns))
    return tuple(found)


def converse(party: Party, *, seed: int, days: int, threads_per_day: float) -> list[Utterance]:
    """Return what a group says over some days, in order of time.

    :param threads_per_day: 0.2 is a fading group, 1 an ordinary, 4 a very lively one
    """
    dice = np.random.default_rng(seed)
    corpus = threads()
    many = np.array([sum(each.lever == thread.lever for each in corpus) for thread in corpus])
    weights = np.array([_SHARE[thread.lever] for thread in corpus]) / many
    hours, busy = np.array(_HOURS).T
    said: list[Utterance] = []
    if not len(party.owners):
        return said
    for day in range(days):
        for _ in range(int(dice.poisson(threads_per_day))):
            thread = corpus[int(dice.choice(len(corpus), p=weights / weights.sum()))]
            hour = int(dice.choice(hours, p=busy / busy.sum()))
            begin = day * _DAY_SECONDS + hour * 3600 + int(dice.integers(3600))
            said.extend(_play(dice, thread, party, begin))
    order = sorted(range(len(said)), key=lambda at: said[at].second)
    return _renumbered(said, order)


def _play(dice: np.random.Generator, thread: Thread, party: Party, begin: int) -> list[Utterance]:
    """Cast a thread and let it happen; ``answers`` counts from the thread's first."""
    count = min(3, len(party.owners))
    # some owners speak far more than others
    eager = 1 / np.arange(1, len(party.owners) + 1)
    cast = dice.choice(len(party.owners), count, replace=False, p=eager / eager.sum())
    roles = {role: int(cast[min(at, count - 1)]) for at, role in enumerate("opq")}
    roles |= {"r": REP, "m": MANAGER}
    words = _words(dice, party, party.owners[roles["o"]])
    second = begin
    said = []
    for at, (role, text) in enumerate(thread.turns):
        said.append(
            Utterance(
                second, roles[role], text.format(**words), thread.lever, at - 1 if at else None
            )
        )
        second += int(15 + dice.exponential(140))
    return said


def _words(dice: np.random.Generator, party: Party, owner: str) -> dict[str, object]:
    """Choose what the blanks of a thread are filled with, the same all through it."""
    goods = products()
    product = goods.row(int(dice.integers(goods.height)), named=True)
    return {
        "product": str(product["name"]).partition(" ")[0].removeprefix("栗溪"),
        "price": f"{product['price_store_fen'] / 100:.2f}",
        "count": int(dice.choice([2, 3, 4, 5, 6, 8, 10, 12, 20])),
        "amount": f"{int(dice.lognormal(8, 0.6)):,}",
        "packet": f"{0.5 + dice.exponential(8):.2f}",
        "owner": f"{owner[0]}老板",
        "rep": f"小{party.rep[0]}",
    }


def _renumbered(said: list[Utterance], order: list[int]) -> list[Utterance]:
    """Sort utterances by time and let ``answers`` count over the whole conversation."""
    begins = 0
    place = {old: new for new, old in enumerate(order)}
    first = []
    for at, each in enumerate(said):
        begins = at if each.answers is None else begins
        first.append(begins)
    return [
        Utterance(
            said[at].second,
            said[at].speaker,
            said[at].text,
            said[at].lever,
            None if said[at].answers is None else place[first[at] + (said[at].answers or 0)],
        )
        for at in order
    ]
