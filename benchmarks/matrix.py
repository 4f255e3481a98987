"""
How long a matrix takes: ``python -m benchmarks.matrix --stores 6000 200000``.

Plans and applies a synthetic roster (200 stores a patch, long-tailed sizes) in a throw-away database, as
the worker does it. Prints ``matrix stores= patches= groups= plan_seconds= apply_seconds= settle_seconds=
rss_mb=`` for each size.
"""

# ruff: noqa: SLF001  (the test house starts the server; Django is set up after it)
import argparse
import resource
import time
from datetime import UTC, datetime

from django.db import connection

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
PER_PATCH = 200
_ROSTER = """
INSERT INTO channel_territory (enterprise_id, parent_id, path, depth, code, name, is_patch)
SELECT %(e)s, NULL, '/' || (%(base)s + n) || '/', 0, 'P' || n, '片区' || n, true
FROM generate_series(1, %(patches)s) n;
UPDATE channel_territory SET path = '/' || id || '/' WHERE enterprise_id = %(e)s;
INSERT INTO channel_store (enterprise_id, code, name, type, management, size_fen, closeness, status,
    expected_people, territory_id, address, division_code, tags, search_text, created_at, changed_at)
SELECT %(e)s, 'S' || n, '店' || n, (ARRAY['便利店','超市','餐饮','烟酒','夫妻店','批发'])[1 + n %% 6],
    (ARRAY['A','B','C','D'])[1 + (n / 7) %% 4], (exp(3 * random() + 10))::bigint,
    (100 * random())::int, 'open', 1 + (random() < 0.2)::int, t.id, '', '', '[]', '', now(), now()
FROM generate_series(1, %(stores)s) n
JOIN channel_territory t ON t.enterprise_id = %(e)s AND t.code = 'P' || (1 + n %% %(patches)s);
"""


def main() -> None:
    """Run each size in an enterprise of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stores", type=int, nargs="+", default=[6_000, 200_000])
    parser.add_argument("--mode", default="balanced")
    arguments = parser.parse_args()
    from tests import conftest

    conftest._start_server()
    conftest._set_up_django()
    connection.close()
    try:
        for stores in arguments.stores:
            _one(stores, arguments.mode)
    finally:
        connection.close()
        for server in conftest._running:
            server.stop()


def _one(stores: int, mode: str) -> None:
    from qunlian.community import requests
    from qunlian.community.actions.apply_plan import apply_plan
    from qunlian.community.actions.approve_plan import approve_plan
    from qunlian.community.actions.carry_out_plan import carry_out_plan
    from qunlian.community.actions.draft_plan import draft_plan
    from qunlian.community.actions.plan_matrix import plan_matrix
    from qunlian.community.wishes import PlanWish
    from qunlian.kernel import scope
    from tests import make

    actor = make.enterprise(f"bench {stores}")
    patches = max(1, stores // PER_PATCH)
    with scope.writing(actor), connection.cursor() as cursor:
        facts = {"e": actor.enterprise_id, "stores": stores, "patches": patches, "base": 10**9}
        for statement in _ROSTER.split(";\n")[:-1]:
            cursor.execute(statement, facts)
    plan_id = draft_plan(actor=actor, wish=PlanWish(mode=mode), now=NOW).plan_id
    started = time.perf_counter()
    made = plan_matrix(actor=actor, plan_id=plan_id, now=NOW)
    planned = time.perf_counter() - started
    approve_plan(actor=actor, plan_id=plan_id, version=0, now=NOW)
    apply_plan(actor=actor, plan_id=plan_id, now=NOW)
    started = time.perf_counter()
    carry_out_plan(actor=actor, plan_id=plan_id, now=NOW)
    applied = time.perf_counter() - started
    started = time.perf_counter()
    while requests.settle_some(actor, NOW):
        pass
    settled = time.perf_counter() - started
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"matrix stores={stores} patches={patches} groups={made.groups} plan_seconds={planned:.1f} "
        f"apply_seconds={applied:.1f} settle_seconds={settled:.1f} rss_mb={rss}",
        flush=True,
    )


if __name__ == "__main__":
    main()
