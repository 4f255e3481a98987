"""What stands around a million stores in the pages bench: partners, people, plans, waves."""

import time
from datetime import timedelta

REPS_FROM = 1000
OWNERS_FROM = 10_000
OWNERS = 200_000
PAIRS = 2_000
NOMINATED = 20_000
REGION_PLANNED, REGION_ROLLED_OUT = 1, 2

#: Two tiers: one distributor a region, twenty below each, which serve the stores by turns.
_DISTRIBUTORS = """
INSERT INTO channel_distributor (id, enterprise_id, path, tier, code, name, address, is_active, parent_id,
    territory_id) OVERRIDING SYSTEM VALUE
SELECT n, 1, CASE WHEN n <= 20 THEN '/' || n || '/' ELSE '/' || 1 + (n - 21) / 20 || '/' || n || '/' END,
    CASE WHEN n <= 20 THEN 1 ELSE 2 END, 'D' || lpad(n::text, 4, '0'), '经销商' || n, '', true,
    CASE WHEN n > 20 THEN 1 + (n - 21) / 20 END, CASE WHEN n <= 20 THEN n ELSE 1 + (n - 21) / 20 END
FROM generate_series(1, 420) AS n ORDER BY n
"""
#: A rep a patch, known by the patch's number.
_REPS = """
WITH born AS (
    INSERT INTO channel_person (id, enterprise_id, name, phone, created_at) OVERRIDING SYSTEM VALUE
    SELECT id, 1, '业务' || id, '', now() FROM channel_territory WHERE is_patch RETURNING id
), hired AS (
    INSERT INTO channel_staff (id, enterprise_id, person_id, code, role, joined_on, superior_id)
    OVERRIDING SYSTEM VALUE
    SELECT id, 1, id, 'Y' || id, 'rep', current_date - 100, 2 FROM channel_territory WHERE is_patch
    RETURNING id
)
INSERT INTO channel_territory_assignment (enterprise_id, staff_id, territory_id, from_on)
SELECT 1, id, id, current_date - 100 FROM hired
"""
_OWNERS = f"""
INSERT INTO channel_person (id, enterprise_id, name, phone, created_at) OVERRIDING SYSTEM VALUE
SELECT {OWNERS_FROM} + n, 1, '店主' || n, '', now() FROM generate_series(0, {OWNERS - 1}) AS n
"""
_OWNED = f"""
INSERT INTO channel_contact (enterprise_id, role, since_at, person_id, store_id)
SELECT 1, 'owner', now(), {OWNERS_FROM} + row_number() OVER (ORDER BY id) - 1, id
FROM channel_store WHERE id % 5 = 0 ORDER BY id LIMIT {OWNERS}
"""
_MEMBERS = """
INSERT INTO community_member (enterprise_id, person_id, role, store_id, source, joined_at, left_reason,
    group_id)
SELECT 1, c.person_id, 'member', c.store_id, 'link', now() - interval '3 days', '', p.group_id
FROM channel_contact c JOIN community_group_store p ON p.enterprise_id = 1 AND p.store_id = c.store_id
UNION ALL
SELECT 1, g.steward_staff_id, 'steward', NULL, 'plan', now() - interval '9 days', '', g.id
FROM community_group g
"""
_TAKEN = """
UPDATE community_group g SET seats_taken = n.people FROM (
    SELECT group_id, count(*) AS people FROM community_member GROUP BY 1) n WHERE n.group_id = g.id
"""
_PAIRS = f"""
INSERT INTO channel_likely_duplicate (enterprise_id, score, reasons, state, found_at, first_id, second_id)
SELECT 1, 60 + n % 40, '[["one_character", 40], ["same_patch", 30]]', 'open', now(),
    {OWNERS_FROM} + 2 * n, {OWNERS_FROM} + 2 * n + 1 FROM generate_series(0, {PAIRS - 1}) AS n
"""
_NOMINATED = f"""
INSERT INTO activation_nomination (enterprise_id, store_id, person_id, role, reason, nominated_at)
SELECT 1, id, territory_id, 'rep', '半条街都认识', now() - interval '2 days'
FROM channel_store WHERE status = 'open' AND id % 40 = 7 LIMIT {NOMINATED}
"""


def before_stores(database) -> None:
    """Lay who is there before the stores are."""
    database.execute(_DISTRIBUTORS)
    database.execute(_REPS)


def after_groups(database) -> None:
    """Lay people, their seats, pairs who look alike, and stores that reps named."""
    for statement in (_OWNERS, _OWNED, _MEMBERS, _TAKEN, _PAIRS, _NOMINATED):
        database.execute(statement)


def by_actions(actor) -> None:
    """Plan a region again from its groups, and roll another one out, the first wave open."""
    from qunlian.activation.actions.draft_rollout import RolloutWish, draft_rollout
    from qunlian.activation.actions.open_wave import Look, open_wave
    from qunlian.activation.actions.rank_rollout import rank_rollout
    from qunlian.community.actions.draft_plan import draft_plan
    from qunlian.community.actions.plan_matrix import plan_matrix
    from qunlian.community.wishes import PlanWish
    from qunlian.kernel import clock, queue

    began, now = time.monotonic(), clock.now()
    with queue.withheld():
        wish = PlanWish(mode="fewest", territory_id=REGION_PLANNED, name="again", choice="more")
        plan_id = draft_plan(actor=actor, wish=wish, now=now).plan_id
        plan_matrix(actor=actor, plan_id=plan_id, now=now)
        rollout = RolloutWish(name="waves", territory_id=REGION_ROLLED_OUT)
        rollout_id = draft_rollout(actor=actor, wish=rollout, now=now).rollout_id
        at = now - timedelta(days=8)
        rank_rollout(actor=actor, rollout_id=rollout_id, now=at)
        open_wave(actor=actor, rollout_id=rollout_id, number=1, look=Look(), now=at)
    print(f"a region planned again, one rolled out, in {time.monotonic() - began:.0f} s")
