"""Translate the planner's inner loops into machine code: ``python -m qunlian.community.planner``."""

import numpy as np

from qunlian.community.planner import Roster, Terms, halve, plan
from qunlian.community.planner.replan import Present, Wish, replan


def main() -> None:
    """Plan a few made-up stores in every way, so that every loop is called once."""
    dice = np.random.default_rng(0)
    several = Roster.of(
        patch=np.arange(60) % 2,
        type_code=dice.integers(0, 2, 60),
        attribute_code=dice.integers(0, 2, 60),
        size_fen=dice.integers(1, 10**6, 60),
        closeness=dice.integers(0, 100, 60),
        seats=dice.integers(1, 4, 60),
    )
    same = np.zeros(40)
    line = Roster.of(
        patch=same,
        type_code=same,
        attribute_code=same,
        size_fen=dice.integers(1, 10**6, 40),
        closeness=same,
        seats=same + 1,
    )
    for mode in ("balanced", "strict"):
        for roster in (several, line):
            terms = Terms.of(mode, soft_cap=16, hard_cap=20, minimum_seats=2, starts=2)
            made = plan(roster, terms)
            present = Present(group=np.maximum(made.group - 1, -1), patch=made.groups.patch)
            replan(roster, terms, present, Wish(move_price=0.1, low_seats=8))
    halve(several, Terms())


if __name__ == "__main__":
    main()
