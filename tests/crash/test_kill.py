"""Whatever is killed, and whenever: nothing acknowledged is lost, nothing is there twice, nobody repairs anything.

One test, so that it is one worker's and in this order: the roster is what is planned, the plan's groups are
what is spoken to. Each scenario says one line.
"""

import sys
import time
from pathlib import Path

import pytest

from qunlian.kernel.actor import Actor
from tests.crash import stories
from tests.crash.buyers import Buyers
from tests.crash.house import House, house, inside

STORES = 20_000
IN_STOCK = 100_000
BUYERS, ORDERS_EACH = 4, 12


def test_kill_at_bad_moments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tmp_path.chmod(0o755)
    with house(tmp_path) as there, inside(there):
        brand = stories.founder()
        lines = [import_killed(there, brand, stories.roster(tmp_path, STORES))]
        lines.append(apply_killed(there, brand))
        lines += everything_killed(there, brand)
    with capsys.disabled():
        sys.stderr.write("\n".join(["", *lines, ""]))  # what a worker of xdist says there is seen


def line(what: str, kills: int, lost: int, duplicated: int, back_seconds: float) -> str:
    assert (lost, duplicated) == (0, 0), what
    return f"crash what={what} kills={kills} lost={lost} duplicated={duplicated} back_seconds={back_seconds:.1f}"


def import_killed(there: House, brand: Actor, path: Path) -> str:
    """Nothing, and then all; the same file once more changes nothing."""
    state = "SELECT state, phase FROM channel_import_run WHERE id = %s"
    stores = "SELECT count(*) FROM channel_store"
    run_id = stories.load(brand, path)
    there.wait(lambda: there.ask(state, run_id)[0][1] not in ("", "reading"), "the import's start")
    there.kill("qunlian.worker")
    there.wait(lambda: in_transaction(there) == 0, "the end of its transactions")
    assert there.number(stores) == 0
    assert there.ask(state, run_id)[0][0] == "loading"
    back = there.wait(lambda: there.ask(state, run_id)[0][0] == "loaded", "the import")
    again = stories.load(brand, path)
    there.wait(lambda: there.ask(state, again)[0][0] == "loaded", "the second import")
    total = there.number(stores)
    distinct = there.number("SELECT count(DISTINCT code) FROM channel_store")
    return line("import", 1, STORES - distinct, total - distinct, back)


def in_transaction(there: House) -> int:
    """How many of the killed worker's transactions PostgreSQL has not noticed yet."""
    return there.number(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'qunlian_serving' AND state <> 'idle'"
        " AND xact_start < now() - interval '0.2 s' AND query LIKE '%%channel%%'"
    )


def apply_killed(there: House, brand: Actor) -> str:
    """Killed in its first batches, again and again: in the end it is the plan, exactly."""
    (province,) = there.ask(
        "SELECT id FROM channel_territory WHERE parent_id IS NULL ORDER BY name LIMIT 1"
    )
    plan_id = stories.plan(brand, province[0])
    state = "SELECT state, version FROM community_plan WHERE id = %s"
    made = "SELECT count(*) FROM community_group WHERE plan_id = %s"
    there.wait(lambda: there.ask(state, plan_id)[0][0] == "planned", "the plan")
    stories.approve_and_apply(brand, plan_id, there.ask(state, plan_id)[0][1])
    kills, back, seen = 0, 0.0, 0
    while kills < 2 and there.ask(state, plan_id)[0][0] == "applying":
        there.wait(lambda: there.number(made, plan_id) > seen, "a batch")  # noqa: B023
        if there.kill("qunlian.worker"):
            kills, seen, began = kills + 1, there.number(made, plan_id), time.monotonic()
    there.wait(lambda: there.ask(state, plan_id)[0][0] == "applied", "the plan's end")
    back = time.monotonic() - began
    planned = there.number("SELECT count(*) FROM community_plan_store WHERE plan_id = %s", plan_id)
    exact = there.number(
        "SELECT count(DISTINCT ps.store_id) FROM community_plan_store ps"
        " JOIN community_plan_group pg ON pg.id = ps.plan_group_id"
        " JOIN community_group g ON g.id = pg.group_id AND g.plan_id = ps.plan_id AND g.name = pg.name"
        " JOIN community_group_store gs ON gs.store_id = ps.store_id AND gs.group_id = g.id"
        " WHERE ps.plan_id = %s",
        plan_id,
    )
    proposed = there.number("SELECT count(*) FROM community_plan_group WHERE plan_id = %s", plan_id)
    placed = there.number("SELECT count(*) FROM community_group_store")
    extra = there.number(made, plan_id) - proposed + placed - planned
    assert planned == STORES // 2
    return line("apply", kills, planned - exact, extra, back)


def everything_killed(there: House, brand: Actor) -> list[str]:
    """A broadcast goes out and owners order while worker, web and database are killed in turn."""
    rooms = "SELECT count(*) FROM community_group WHERE platform_key <> ''"
    there.wait(lambda: there.number(rooms) >= 50, "the rooms")
    store_ids = [
        row[0] for row in there.ask(f"SELECT id FROM channel_store ORDER BY id LIMIT {BUYERS}")
    ]
    product_id = stories.shop(brand, store_ids, IN_STOCK)
    buyers = Buyers(there.port, stories.LOGIN, stories.PASSWORD, product_id, stories.PRICE_FEN)
    broadcast_id = stories.broadcast(brand)
    deliveries = "SELECT count(*) FROM messaging_delivery WHERE broadcast_id = %s AND state <> %s"
    there.wait(lambda: there.number(deliveries, broadcast_id, "planned") > 0, "the first delivery")
    there.kill("qunlian.worker")
    sending = time.monotonic()
    buyers.begin(store_ids, ORDERS_EACH)
    backs = {"web": [], "postgres": []}
    for count, name in (
        (6, "qunlian.site"),
        (14, "bin/postgres"),
        (24, "qunlian.site"),
        (34, "bin/postgres"),
    ):
        there.wait(lambda: buyers.count() >= count or buyers.are_done(), "orders")  # noqa: B023
        there.kill(name)
        what = "web" if name == "qunlian.site" else "postgres"
        backs[what].append(there.wait(there.is_ready, f"{name}'s return"))
    there.wait(buyers.are_done, "all orders")
    lines = [orders_line(there, buyers, "order_web", backs["web"])]
    lines.append(orders_line(there, buyers, "order_postgres", backs["postgres"]))
    open_ones = (
        "SELECT count(*) FROM messaging_delivery WHERE broadcast_id = %s"
        " AND state IN ('planned', 'sending', 'unknown')"
    )
    there.wait(lambda: there.number(open_ones, broadcast_id) == 0, "the broadcast's end")
    return [*lines, broadcast_line(there, broadcast_id, time.monotonic() - sending)]


def orders_line(there: House, buyers: Buyers, what: str, backs: list[float]) -> str:
    """Each key is one order, the one that was acknowledged; goods and money follow from the orders."""
    assert not buyers.failures
    found = there.ask("SELECT request_key, id, total_fen FROM commerce_order")
    known = {key: order_id for key, order_id, _total in found}
    assert {key: {known[key]} for key in buyers.answers} == {
        key: set(ids) for key, ids in buyers.answers.items()
    }
    total = sum(buyers.units.values()) * buyers.price_fen
    assert sum(row[2] for row in found) == total
    stock = there.ask("SELECT on_hand, reserved FROM commerce_stock")
    assert stock == [(IN_STOCK, sum(buyers.units.values()))]
    owed = there.ask(
        "SELECT sum(a.balance_fen), sum(e.fen) FROM commerce_account a JOIN (SELECT account_id,"
        " sum(amount_fen) AS fen FROM commerce_entry GROUP BY 1) e ON e.account_id = a.id"
        " WHERE a.kind = 'receivable'"
    )
    assert owed == [(total, total)]
    assert there.number("SELECT sum(amount_fen) FROM commerce_entry") == 0
    lost = len(buyers.answers.keys() - known.keys()) + BUYERS * ORDERS_EACH - len(buyers.answers)
    return line(what, len(backs), lost, len(found) - len(known), max(backs))


def broadcast_line(there: House, broadcast_id: int, back: float) -> str:
    """Each group holds the message once."""
    sent = there.number(
        "SELECT count(*) FROM messaging_delivery WHERE broadcast_id = %s AND state = 'sent'",
        broadcast_id,
    )
    meant = there.number(
        "SELECT count(*) FROM messaging_delivery WHERE broadcast_id = %s", broadcast_id
    )
    told = "SELECT count(*) FROM messaging_message WHERE broadcast_id = %s"
    there.wait(lambda: there.number(told, broadcast_id) >= sent, "the last message")
    groups = there.number(told.replace("count(*)", "count(DISTINCT group_id)"), broadcast_id)
    assert sent == meant >= 50
    return line("broadcast", 3, meant - groups, there.number(told, broadcast_id) - groups, back)
