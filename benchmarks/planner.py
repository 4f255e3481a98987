"""How well and how fast groups are planned: ``make bench NAME=planner [ARGS='--only peer']``.

Two questions, on made-up stores with long-tailed sizes that correlate with closeness:

* **planner**: 6.5 million stores, 6 types × 4 attributes, with 300, 3,000 and 32,500 reps, in each mode;
  every scenario in a process of its own, whose peak memory is ``rss_mb``. Bars: ≤ 5 s (300 reps ≤ 20 s),
  ≤ 1.5 GB, strict = its bound, fewest with 32,500 reps ≤ 4 % over the soft bound.
* **planner_peer**: one cell against k-means-constrained (Levy-Kramer; min-cost flow) at an equal number of
  groups of at most 200. ``speed_ratio`` is its seconds over ours, ``spread_ratio`` our spread over its. Bars:
  one start ≤ 1.01 and ≥ 100 × at 20,000; eight starts ≤ 1.00 at all three and ≥ 25 × at 20,000.

``seconds`` is the whole of ``plan``: from arrays to groups with figures, bounds and trade-off curve.
"""

import argparse
import resource
import subprocess
import sys
import time

import numpy as np

from qunlian.community.planner import MODES, Roster, Terms, plan

STORES, REPS = 6_500_000, (300, 3_000, 32_500)
PEER_STORES, PEER_STARTS, PEER_CAP = (2_000, 5_000, 20_000), (1, 8), 200
ONE_CELL = {"soft_cap": PEER_CAP, "reserved_seats": 0, "fill": 1.0, "is_strict": True}


def main() -> None:
    """Run the scenarios, or (``--scenario``) one of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=["planner", "peer"])
    parser.add_argument("--stores", type=int, default=STORES)
    parser.add_argument("--reps", type=int, nargs="+", default=REPS)
    parser.add_argument("--modes", nargs="+", default=MODES)
    parser.add_argument("--peer-stores", type=int, nargs="+", default=PEER_STORES)
    parser.add_argument(
        "--scenario", nargs=2, help="internal: reps and mode to plan in this process"
    )
    given = parser.parse_args()
    if given.scenario:
        print(_planned(given.stores, int(given.scenario[0]), given.scenario[1]))
        return
    lines = []
    if given.only != "peer":
        lines += _table(
            [_apart(given.stores, reps, mode) for reps in given.reps for mode in given.modes]
        )
    if given.only != "planner":
        lines += _table([line for stores in given.peer_stores for line in _against_peer(stores)])
    print("\n" + "\n".join(lines))


def _table(lines: list[str]) -> list[str]:
    """Print lines of ``name key=value …`` as a table for people, and return them."""
    rows = [dict(pair.split("=") for pair in line.split()[1:]) for line in lines]
    print("\n| " + " | ".join(rows[0]) + " |\n|" + "---|" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(row.values()) + " |")
    return lines


def stores(count: int, reps: int, seed: int = 1) -> Roster:
    """Make up stores: six types and four attributes of unequal share, sizes over four decades."""
    dice = np.random.default_rng(seed)
    liking = dice.normal(0.0, 1.0, count)
    size = np.exp(13.0 + 1.1 * (0.5 * liking + 0.87 * dice.normal(0.0, 1.0, count)))
    return Roster.of(
        patch=dice.integers(0, reps, count, dtype=np.int32),
        type_code=dice.choice(6, count, p=[0.3, 0.22, 0.18, 0.14, 0.1, 0.06]),
        attribute_code=dice.choice(4, count, p=[0.4, 0.3, 0.2, 0.1]),
        size_fen=size.astype(np.int64),
        closeness=np.clip(50 + 18 * liking, 0, 100),
        seats=np.ones(count, dtype=np.int32),
    )


def _apart(count: int, reps: int, mode: str) -> str:
    """Plan one scenario in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.planner", "--stores", str(count)]
    done = subprocess.run(
        [*command, "--scenario", str(reps), mode], check=True, stdout=subprocess.PIPE, text=True
    )
    print(".", end="", flush=True)
    return done.stdout.strip()


def _planned(count: int, reps: int, mode: str) -> str:
    roster, terms = stores(count, reps), Terms.of(mode, reserved_seats=0)
    plan(stores(1_000, 3), terms)  # the machine code is loaded now
    began = time.perf_counter()
    made = plan(roster, terms)
    seconds = time.perf_counter() - began
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"planner stores={count} reps={reps} mode={mode} seconds={seconds:.2f} rss_mb={rss} "
        f"groups={made.groups.count} strict_bound={made.bounds.strict} "
        f"soft_bound={made.bounds.soft} spread={made.totals.spread / count:.4f}"
    )


def _against_peer(count: int) -> list[str]:
    from k_means_constrained import KMeansConstrained

    roster = _one_cell(count)
    groups = -(-count // PEER_CAP)
    points = np.column_stack([np.log1p(roster.size_fen), roster.closeness.astype(np.float64)])
    points[:, 0] = np.clip(points[:, 0], *np.quantile(points[:, 0], (0.005, 0.995)))
    points = (points - points.mean(axis=0)) / points.std(axis=0)
    began = time.perf_counter()
    peer = KMeansConstrained(groups, size_max=PEER_CAP, n_init=1, random_state=0).fit_predict(
        points
    )
    peer_seconds, peer_spread = time.perf_counter() - began, _spread(points, peer)
    lines = []
    for starts in PEER_STARTS:
        terms = Terms(**ONE_CELL, starts=starts)
        plan(roster, terms)
        began = time.perf_counter()
        made = plan(roster, terms)
        seconds = time.perf_counter() - began
        assert made.groups.count == groups
        assert made.groups.stores.max() <= PEER_CAP
        lines.append(
            f"planner_peer stores={count} groups={groups} starts={starts} "
            f"speed_ratio={peer_seconds / seconds:.1f} "
            f"spread_ratio={_spread(points, made.group) / peer_spread:.4f}"
        )
        print(".", end="", flush=True)
    return lines


def _one_cell(count: int) -> Roster:
    """Make up stores of one rep, type and attribute."""
    many = stores(count, 1, seed=2)
    same = np.zeros(count, dtype=np.int32)
    return Roster.of(
        patch=same,
        type_code=same,
        attribute_code=same,
        size_fen=many.size_fen,
        closeness=many.closeness,
        seats=many.seats,
    )


def _spread(points: np.ndarray, group: np.ndarray) -> float:
    stores_of = np.bincount(group)
    squares = sum(
        float((np.bincount(group, weights=column) ** 2 / stores_of).sum()) for column in points.T
    )
    return float((points**2).sum()) - squares


if __name__ == "__main__":
    main()
