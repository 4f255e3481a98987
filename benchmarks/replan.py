"""How little moves when a channel changes: ``make bench NAME=replan [ARGS='--reps 3000']``.

6.5 million made-up stores, planned once, then month after month: 0.5 % of stores close, 0.5 % are new, 0.5 %
come to another rep (1.5 % forced moves), 1 % change their management attribute, every size drifts by 5 %.
After the first and after the last month the re-planned groups are compared with a fresh plan:
``spread_ratio`` is their spread over its, ``groups_ratio`` their number over its. ``forced`` and
``voluntary`` are shares of the stores in a month (its mean), ``seconds`` is the slowest ``replan``. Bars: a
usual month ≤ 0.0005 voluntary and ≤ 1 s; 36 months ≤ 1.03.
"""

import argparse
import time
from dataclasses import dataclass, field

import numpy as np

from benchmarks.planner import stores
from qunlian.community.planner import Plan, Roster, Terms, plan
from qunlian.community.planner.replan import Present, Replan, Wish, replan

STORES, REPS, MONTHS = 6_500_000, 32_500, 36
CLOSED = NEW = REASSIGNED = 0.005
RECLASSED, DRIFT = 0.01, 0.05
#: Share of the stores that may move in a month without need.
BUDGET = 0.0004


@dataclass
class Course:
    """What the months brought so far."""

    roster: Roster
    present: Present
    forced: list[float] = field(default_factory=list)
    voluntary: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    spread: float = 0.0


def main() -> None:
    """Plan, live through the months, compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stores", type=int, default=STORES)
    parser.add_argument("--reps", type=int, default=REPS)
    parser.add_argument("--months", type=int, default=MONTHS)
    parser.add_argument("--mode", default="balanced")
    parser.add_argument("--move-price", type=float, default=Wish().move_price)
    parser.add_argument("--budget", type=float, default=BUDGET)
    given = parser.parse_args()
    terms = Terms.of(given.mode, reserved_seats=0)
    wish = Wish(move_price=given.move_price, budget=given.budget)
    dice = np.random.default_rng(5)
    roster = stores(given.stores, given.reps)
    made = plan(roster, terms)
    warm = stores(1_000, 3)
    small = plan(warm, terms)
    replan(warm, terms, Present(group=small.group, patch=small.groups.patch), wish)
    course = Course(roster, Present(group=made.group, patch=made.groups.patch))
    print("| month | forced | voluntary | s | groups |\n|---|---|---|---|---|")
    lines = []
    for month in range(1, given.months + 1):
        again = _month(course, given.reps, dice, terms, wish)
        row = course.forced[-1], course.voluntary[-1], course.seconds[-1]
        print(
            f"| {month} | {row[0]:.4%} | {row[1]:.4%} | {row[2]:.2f} | {_alive(again)} |",
            flush=True,
        )
        if month in {1, given.months}:
            lines.append(_line(course, again, plan(course.roster, terms), given.reps))
    print("\n" + "\n".join(lines))


def _month(
    course: Course, reps: int, dice: np.random.Generator, terms: Terms, wish: Wish
) -> Replan:
    """Let a month pass and re-plan."""
    before = course.roster.count
    closed = _changed_roster(course, reps, dice)
    began = time.perf_counter()
    again = replan(course.roster, terms, course.present, wish)
    course.seconds.append(time.perf_counter() - began)
    course.forced.append((again.forced + closed) / before)
    course.voluntary.append(again.voluntary / before)
    course.spread = again.spread
    course.present = Present(group=again.group, patch=again.patch)
    return again


def _changed_roster(course: Course, reps: int, dice: np.random.Generator) -> int:
    """Change the roster as a usual month does; return how many stores closed."""
    old, count = course.roster, course.roster.count
    open_ = dice.random(count) >= CLOSED
    fresh = stores(int(NEW * count), reps, seed=int(dice.integers(1 << 30)))

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(old, name)[open_], getattr(fresh, name)])

    patch, attribute = joined("patch"), joined("attribute_code")
    group = np.concatenate([course.present.group[open_], np.full(fresh.count, -1, dtype=np.int32)])
    away = dice.random(len(patch)) < REASSIGNED
    patch[away] = dice.integers(0, reps, int(away.sum()))
    reclassed = dice.random(len(patch)) < RECLASSED
    attribute[reclassed] = dice.integers(0, 4, int(reclassed.sum()))
    size = joined("size_fen") * np.exp(DRIFT * dice.normal(0.0, 1.0, len(patch)))
    course.roster = Roster.of(
        patch=patch,
        type_code=joined("type_code"),
        attribute_code=attribute,
        size_fen=size.astype(np.int64),
        closeness=joined("closeness"),
        seats=joined("seats"),
    )
    course.present = Present(group=group, patch=course.present.patch)
    return count - int(open_.sum())


def _alive(again: Replan) -> int:
    return len(np.unique(again.group))


def _line(course: Course, again: Replan, fresh: Plan, reps: int) -> str:
    return (
        f"replan stores={course.roster.count} months={len(course.seconds)} "
        f"forced={np.mean(course.forced):.5f} voluntary={np.mean(course.voluntary):.6f} "
        f"seconds={max(course.seconds):.2f} spread_ratio={course.spread / fresh.totals.spread:.4f} "
        f"groups_ratio={_alive(again) / fresh.groups.count:.4f} reps={reps}"
    )


if __name__ == "__main__":
    main()
