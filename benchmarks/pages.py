"""``make bench NAME=pages``: the console's pages over a million stores, through the real web process.

A throw-away embedded database is filled by INSERT … SELECT, the web process started the way ``qunlian up``
does it, and each page asked for by a few logged-in browsers at once. Prints a table, then a line per page.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import pages_around
from benchmarks.pages_asked import HEADS, NAMES, PATCHES, RARE, TAILS, Scenario, scenarios
from qunlian.cli.embedded_postgres import EmbeddedPostgres
from qunlian.cli.provision import prepare

DIVISIONS = Path(__file__).parents[1] / "src/qunlian/channel/divisions"
ENTERPRISE = 1
PEOPLE = (("hq", "headquarters", None), ("manager", "manager", 5), ("rep", "rep", 1007))


def main() -> None:
    """Run all scenarios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stores", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--browsers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--port", type=int, default=18490)
    parser.add_argument("--home", help="keep the database here, and use it again when it is there")
    parser.add_argument("--only", default="", help="a piece of the names of the pages to ask for")
    options = parser.parse_args()
    if not any(options.only in scenario.page for scenario in scenarios(options.stores)):
        parser.error(f"no page is called anything like {options.only}")
    home = Path(options.home) if options.home else Path(tempfile.mkdtemp(prefix="qunlian-pages-"))
    home.mkdir(exist_ok=True)
    (home / "static").mkdir(exist_ok=True)
    home.chmod(0o755)
    try:
        with EmbeddedPostgres(home) as server:
            server.create_database("qunlian")
            os.environ["QUNLIAN_HOME"] = str(home)
            url = prepare(server.owner_url("qunlian"), home=home)
            os.environ["QUNLIAN_DATABASE_URL"] = url
            os.environ["DJANGO_SETTINGS_MODULE"] = "qunlian.site.settings"
            os.environ["QUNLIAN_SECRET_KEY"] = "bench"
            sessions = lay_out(server, options.stores)
            run(options, sessions)
    finally:
        if not options.home:
            shutil.rmtree(server.root, ignore_errors=True)
            shutil.rmtree(home, ignore_errors=True)


def lay_out(server: EmbeddedPostgres, count: int) -> dict[str, str]:
    """Fill the database when it is empty; return a session key per role."""
    import django
    import psycopg

    django.setup()
    from qunlian.channel import sessions
    from qunlian.channel.models import Account
    from qunlian.channel.queries.actors import session_values

    with psycopg.connect(server.superuser_url("qunlian"), autocommit=True) as database:
        if database.execute("SELECT count(*) FROM channel_enterprise").fetchone() == (0,):
            began = time.monotonic()
            fill(database, count)
            print(f"{count:,} stores laid out in {time.monotonic() - began:.0f} s")
    from qunlian.insight.actions.take_tally import take_tally
    from qunlian.insight.queries.coverage import counted_at
    from qunlian.kernel import clock
    from qunlian.kernel.actor import system_actor

    if counted_at(system_actor(ENTERPRISE)) is None:
        pages_around.by_actions(system_actor(ENTERPRISE))
        began = time.monotonic()
        take_tally(actor=system_actor(ENTERPRISE), now=clock.now())
        print(f"counted in {time.monotonic() - began:.1f} s, as the worker does every now and then")
    keys = {}
    for account in Account.objects.all():
        session = sessions.SessionStore()
        sessions.begin(session, session_values(account.pk), device="bench")
        session.save()
        keys[account.login] = str(session.session_key)
    return keys


def fill(database, count: int) -> None:
    """Lay an enterprise: 20 regions, 100 cities, 2,000 patches, reps, stores with sales, groups."""
    random.seed(2026)
    database.execute("SET qunlian.enterprise = '1'")
    database.execute(
        "INSERT INTO channel_enterprise"
        " (id, name, is_demo, is_being_laid, seats_soft, seats_hard, created_at)"
        " OVERRIDING SYSTEM VALUE VALUES (1, 'bench', false, false, 200, 500, now())"
    )
    fill_tree(database)
    for number, (login, role, territory) in enumerate(PEOPLE, 1):
        fill_person(database, number, login, role, territory)
    pages_around.before_stores(database)
    fill_stores(database, count)
    database.execute(
        "INSERT INTO channel_sale (enterprise_id, store_id, sold_on, amount_fen) SELECT 1, id,"
        " current_date - 30 * m, 12345 FROM channel_store, generate_series(0, 11) AS m WHERE id % 50 = 0"
    )
    database.execute(_GROUPS)
    database.execute(_SEATS)
    pages_around.after_groups(database)
    database.execute("VACUUM ANALYZE")


def fill_tree(database) -> None:
    """Lay the territories."""
    nodes = [(n, None, f"/{n}/", 0, f"R{n:02d}", f"大区{n}", False) for n in range(1, 21)]
    nodes += [
        (100 + c, 1 + c // 5, f"/{1 + c // 5}/{100 + c}/", 1, f"C{c:03d}", f"城市{c}", False)
        for c in range(100)
    ]
    nodes += [
        (1000 + p, 100 + p // 20, f"/{1 + p // 100}/{100 + p // 20}/{1000 + p}/", 2, f"P{p:04d}",
         f"片区{p}", True)
        for p in range(PATCHES)
    ]  # fmt: skip
    with database.cursor().copy(
        "COPY channel_territory (id, parent_id, path, depth, code, name, is_patch, enterprise_id) FROM STDIN"
    ) as copy:
        for node in nodes:
            copy.write_row((*node, ENTERPRISE))


def fill_person(database, number: int, login: str, role: str, territory: int | None) -> None:
    """Lay one member of staff with an account, and what he covers."""
    database.execute(
        "INSERT INTO channel_person (id, enterprise_id, name, phone, created_at) OVERRIDING SYSTEM VALUE"
        " VALUES (%s, 1, %s, '', now())",
        [number, login],
    )
    database.execute(
        "INSERT INTO channel_staff (id, enterprise_id, person_id, code, role, joined_on)"
        " OVERRIDING SYSTEM VALUE VALUES (%s, 1, %s, %s, %s, current_date)",
        [number, number, login, role],
    )
    database.execute(
        "INSERT INTO channel_account (login, enterprise_id, role, person_id, staff_id, is_active,"
        " must_change_password, created_at, password)"
        " VALUES (%s, 1, %s, %s, %s, true, false, now(), 'x')",
        [login, role, number, number],
    )
    if territory:
        database.execute(
            "INSERT INTO channel_territory_assignment (enterprise_id, staff_id, territory_id, from_on)"
            " VALUES (1, %s, %s, current_date)",
            [number, territory],
        )


def areas() -> list[str]:
    """Return the code of a district for each patch, as they come all over the country."""
    found = json.loads((DIVISIONS / "areas.json").read_bytes())
    return [found[patch * len(found) // PATCHES]["code"] for patch in range(PATCHES)]


def fill_stores(database, count: int) -> None:
    """Lay the stores, evenly over the patches, and index them."""
    from qunlian.channel.rules.pinyin import search_key

    database.execute("CREATE TEMPORARY TABLE name (n int, name text, sound text)")
    with database.cursor().copy("COPY name FROM STDIN") as copy:
        for n in range(100_000):
            middle = random.choice(NAMES) if n % 2 else random.choice(RARE) + random.choice(RARE)
            name = random.choice(HEADS) + middle + random.choice(TAILS)
            copy.write_row((n, name, search_key(name)))
    database.execute(
        """
        INSERT INTO channel_store (enterprise_id, code, name, type, management, size_fen, closeness, status,
            expected_people, territory_id, address, division_code, tags, search_text, created_at, changed_at,
            distributor_id, lng, lat)
        SELECT 1, 'S' || lpad(i::text, 7, '0'), name.name, 'type ' || i %% 12, chr(65 + i %% 4),
            (random() * 1e7)::bigint, i %% 101, CASE WHEN i %% 50 = 0 THEN 'closed' ELSE 'open' END,
            1 + i %% 3, 1000 + patch, 'address ' || i, (%(divisions)s::text[])[patch + 1],
            CASE WHEN i %% 1000 = 0 THEN '["VIP"]'::jsonb ELSE '[]' END, name.sound, now(), now(),
            21 + patch / 100 * 20 + i %% 20, 98 + patch %% 40 * 0.6 + random() * 0.4,
            24 + patch / 40 * 0.4 + random() * 0.3
        FROM (SELECT i, (i * %(patches)s::bigint / %(count)s)::int AS patch
              FROM generate_series(0, %(count)s - 1) AS i) AS s
        JOIN name ON name.n = (i * 7919::bigint) %% 100000
        """,
        {"count": count, "patches": PATCHES, "divisions": areas()},
    )
    print(f"indexed {database.execute('SELECT channel_index_stores(100000000)').fetchone()}")


#: Three groups a patch; one store in ten thousand has none.
_GROUPS = """
INSERT INTO community_group (enterprise_id, name, layer, purposes, theme, rules, tags, territory_id, platform,
    platform_key, life, seats_cap, seats_taken, seats_expected, created_at, changed_at, owner_person_id,
    steward_staff_id, base_key, welcome, ladder)
SELECT 1, t.name || ' ' || n || ' 群', 'store', '["activate"]', '', '', '[]', t.id, 'web', t.id || '-' || n,
    'live', 500, 0, 180, now(), now(), (SELECT min(id) FROM channel_person), t.id, '', '', '{}'
FROM channel_territory t, generate_series(0, 2) AS n WHERE t.is_patch ORDER BY t.id, n
"""
_SEATS = """
INSERT INTO community_group_store (enterprise_id, layer, store_id, group_id, seats, since_at)
SELECT 1, 'store', s.id, g.id, 1, now()
FROM channel_store s JOIN community_group g ON g.platform_key = s.territory_id || '-' || s.id % 3
WHERE s.status = 'open' AND s.id % 10007 <> 0
"""


def run(options: argparse.Namespace, sessions: dict[str, str]) -> None:
    """Start the web process, ask for every page, print what it took."""
    web = subprocess.Popen(
        [
            *(sys.executable, "-m", "qunlian.site", "--port", str(options.port)),
            *("--workers", str(max(2, os.cpu_count() or 2)), "--threads", str(options.threads)),
        ],
        env=os.environ | {"QUNLIAN_POOL": "1", "QUNLIAN_WEB_THREADS": str(options.threads)},
    )
    lines = []
    try:
        wait_for(options.port)
        print(f"{'page':<20}{'p50 ms':>9}{'p99 ms':>9}{'rps':>8}  bytes")
        for scenario in scenarios(options.stores):
            if options.only not in scenario.page:
                continue
            lines.append(measure(scenario, options, sessions[scenario.who]))
    finally:
        web.terminate()
        web.wait()
    print("\n".join(lines))


def wait_for(port: int) -> None:
    """Wait until the web process answers."""
    for _ in range(200):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = "the web process does not answer"
    raise SystemExit(message)


def measure(scenario: Scenario, options: argparse.Namespace, session: str) -> str:
    """Ask for one page from several browsers; return the line for machines."""
    each = max(1, options.requests // options.browsers)

    def browse(number: int) -> tuple[list[float], int]:
        chance = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", options.port, timeout=60)
        times, size = [], 0
        for turn in range(each + 3):
            began = time.perf_counter()
            connection.request(
                "GET", scenario.address(chance), headers={"Cookie": f"qunlian_session={session}"}
            )
            answer = connection.getresponse()
            size = len(answer.read())
            if answer.status != 200:
                message = f"{scenario.page} answered {answer.status}"
                raise SystemExit(message)
            if turn >= 3:
                times.append((time.perf_counter() - began) * 1000)
        return times, size

    began = time.perf_counter()
    with ThreadPoolExecutor(options.browsers) as pool:
        found = list(pool.map(browse, range(options.browsers)))
    took = time.perf_counter() - began
    times = sorted(t for each_times, _ in found for t in each_times)
    p50, p99 = statistics.median(times), times[min(len(times) - 1, int(len(times) * 0.99))]
    rps = (len(times) + 3 * options.browsers) / took
    print(f"{scenario.page:<20}{p50:>9.1f}{p99:>9.1f}{rps:>8.1f}  {found[0][1]:,}", flush=True)
    return (
        f"pages page={scenario.page} stores={options.stores} p50_ms={p50:.1f} p99_ms={p99:.1f}"
        f" rps={rps:.1f}"
    )


if __name__ == "__main__":
    main()
