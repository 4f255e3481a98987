"""
A company moves in from WeCom, on the sandbox in bad weather: ``make bench NAME=wecom ARGS='--groups 60'``.

Its groups are adopted and their people bound, a plan is applied onto them, a message goes out by the
owners' taps, people leave and their groups are handed over; in the end both sides are compared. Prints a
line for each step: its seconds and its counts.
"""

# ruff: noqa: SLF001  (the test house starts the server; Django is set up after it)
import argparse
import time
from collections.abc import Callable, Mapping

from django.db import connection


def main() -> None:
    """Tell the story once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--groups", type=int, default=300)
    parser.add_argument("--reps", type=int, default=40)
    parser.add_argument("--people", type=int, default=60, help="customers in each group")
    parser.add_argument("--weather", default="storm", choices=("calm", "breeze", "storm"))
    given = parser.parse_args()
    from tests import conftest

    conftest._start_server()
    conftest._set_up_django()
    connection.close()
    try:
        _tell(given)
    finally:
        connection.close()
        for server in conftest._running:
            server.stop()


def _tell(given: argparse.Namespace) -> None:
    from qunlian.sandboxes.wecom import start
    from tests import make
    from tests.platforms.served import served
    from tests.platforms.wecom import story
    from tests.platforms.wecom.company import open_company
    from tests.platforms.wecom.comparing import compare
    from tests.platforms.worlds import connect, listen

    sandbox = start(seed=3)
    with served() as ours:
        try:
            brand = make.enterprise("bench wecom")
            code = connect(sandbox, brand.enterprise_id, timeout_seconds=5, park_seconds=3)
            listen(sandbox, brand.enterprise_id, code, ours)
            company = open_company(
                brand, sandbox, reps=given.reps, groups=given.groups, people=given.people
            )
            sandbox.post("weather", preset=given.weather)
            _step("read", lambda: {"rooms": story.reconcile(company)})
            _step("adopt", lambda: story.adopt(company))
            _step("bind", lambda: story.bind(company))
            _step("claim", lambda: story.claim(company))
            _step("plan", lambda: story.plan_onto(company))
            _step("join", lambda: story.join(company))
            _step("message", lambda: story.tell_everybody(company, "买十赠一，本周有效"))
            _step(
                "leave_on_the_job",
                lambda: story.leave(company, "rep0001", "rep0002", resigns=False),
            )
            _step(
                "leave_resigned", lambda: story.leave(company, "rep0003", "rep0002", resigns=True)
            )
            _step("read_again", lambda: {"rooms": story.reconcile(company)})
            _step("compare", lambda: compare(company))
        finally:
            sandbox.stop()


def _step(name: str, act: Callable[[], Mapping[str, int]]) -> None:
    began = time.perf_counter()
    told = " ".join(f"{key}={value}" for key, value in act().items())
    print(f"wecom step={name} {told} seconds={time.perf_counter() - began:.1f}", flush=True)


if __name__ == "__main__":
    main()
