"""The demo channel as the loader leaves it, in a small one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from qunlian.channel.queries.demo import demo_enterprise
from qunlian.cli.demo_load import lay
from qunlian.cli.demo_load.changes import OPENED, PLAN_AGAIN
from qunlian.cli.demo_load.lay import Wish, lay_demo
from qunlian.cli.demo_load.log_ins import LogIn
from qunlian.commerce.queries.ledger import trial_balance
from qunlian.community.queries.moves import moves_shape
from qunlian.community.queries.plans import list_plans
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import Cast
from tests.cli.test_demo_data import made_up_divisions

SMALL = Wish(seed=3, stores=260, orders=14)
ROLES = ["headquarters", "manager of a province", "rep", "group manager", "distributor, tier 1"]


def _count(actor: Actor, query: str) -> int:
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def _check(actor: Actor) -> None:
    assert trial_balance(actor).off_by_fen == 0
    assert _count(actor, "SELECT count(*) FROM channel_store") == SMALL.stores + len(OPENED)
    alone = """SELECT count(*) FROM channel_store s JOIN channel_territory t ON t.id = s.territory_id
        WHERE s.status = 'open' AND NOT t.code LIKE '36%%' AND NOT s.code LIKE 'MD9%%'
        AND (SELECT count(*) FROM community_group_store g WHERE g.store_id = s.id) <> 1"""
    assert _count(actor, alone) == 0
    too_many = """SELECT count(*) FROM messaging_delivery d WHERE d.people < (
        SELECT count(*) FROM messaging_receipt r WHERE r.broadcast_id = d.broadcast_id AND r.group_id = d.group_id)"""
    assert _count(actor, too_many) == 0
    assert _count(actor, "SELECT count(*) FROM messaging_receipt WHERE is_understood") > 0
    assert _count(actor, "SELECT count(*) FROM messaging_relay WHERE state = 'stopped'") > 0
    miscounted = """SELECT count(*) FROM community_group g WHERE seats_taken <> (
        SELECT count(*) FROM community_member m WHERE m.group_id = g.id AND m.left_at IS NULL)"""
    assert _count(actor, miscounted) == 0
    still_talking = """SELECT count(*) FROM messaging_message m JOIN community_group g ON g.id = m.group_id
        WHERE g.life = 'fading' AND m.broadcast_id IS NULL AND m.kind <> 'system'
        AND m.posted_at > g.changed_at - interval '21 days'"""
    assert _count(actor, "SELECT count(*) FROM community_group WHERE life = 'fading'") > 0
    assert _count(actor, still_talking) == 0
    states = "SELECT count(DISTINCT state) FROM community_plan"
    assert _count(actor, states) == 2
    _check_changes(actor)
    assert _count(actor, "SELECT count(*) FROM messaging_broadcast WHERE state = 'scheduled'") == 1
    assert _count(actor, "SELECT count(*) FROM commerce_order") == SMALL.orders + 2
    assert _count(actor, "SELECT count(*) FROM commerce_reconciliation WHERE problems <> '[]'") == 0
    assert _count(actor, "SELECT count(DISTINCT taken_on) FROM insight_tally") > 10


def _check_changes(actor: Actor) -> None:
    """A leaver handed over, groups of all layers, a plan again that waits with a few moves declined."""
    assert _count(actor, "SELECT count(*) FROM channel_staff WHERE left_on IS NOT NULL") == 1
    holds = """SELECT count(*) FROM community_group g JOIN channel_staff s ON s.left_on IS NOT NULL
        WHERE s.id = g.steward_staff_id OR s.person_id = g.owner_person_id"""
    assert _count(actor, holds) == 0
    live = "SELECT count(*) FROM community_group WHERE layer = 'distributor' AND life = 'live'"
    assert _count(actor, live) > 0
    assert (
        _count(actor, "SELECT sum(seats_taken) FROM community_group WHERE layer = 'consumer'") > 0
    )
    (again,) = [card for card in list_plans(actor).rows if card.name == PLAN_AGAIN]
    assert again.state == "planned"
    shape = moves_shape(actor, again.plan_id)
    assert shape.forced > len(OPENED)
    declined = "SELECT count(*) FROM kernel_fact WHERE name = 'community.moves_declined'"
    assert _count(actor, declined) == 1 or shape.voluntary == 0
    ordered = "SELECT count(*) FROM activation_wave_store JOIN commerce_order USING (store_id)"
    assert _count(actor, ordered) > 0


def test_it_is_whole_and_after_an_interruption_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    interrupted = _breaking(lay.lay_messages)
    with monkeypatch.context() as patched:
        patched.setattr(lay, "lay_messages", interrupted)
        with pytest.raises(KeyboardInterrupt):
            _lay(now)
    begun = demo_enterprise()
    assert begun
    assert not begun.is_finished
    later = now + timedelta(minutes=3)
    log_ins = _lay(later)
    assert [each.role for each in log_ins] == ROLES
    done = demo_enterprise()
    assert done
    assert done.is_finished
    _check(system_actor(done.enterprise_id))
    with scope.reading(system_actor(done.enterprise_id)), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)


def _lay(now: datetime) -> list[LogIn]:
    """Lay it in one process: a fork would share what other tests left open."""
    with ThreadPoolExecutor(1) as beside:
        return lay_demo(made_up_divisions(), SMALL, now=now, tell=lambda _: None, beside=beside)


def _breaking(part: Callable[..., None]) -> Callable[..., None]:
    """Do a part's work, then die."""

    def broken(*given: object) -> None:
        part(*given)
        raise KeyboardInterrupt

    return broken
