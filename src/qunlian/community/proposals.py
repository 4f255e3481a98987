"""
The rows of a plan, written in bulk: a batch of groups with their stores per transaction.

Each batch first takes the plan's row and shows its key (``hold``): a worker that lost the plan to another
(it was thought dead) stops there and leaves nothing half done.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

from django.db import connection
from django.db.models.functions import Now

from qunlian.community.models import Plan
from qunlian.kernel.errors import Conflict

LEASE = timedelta(seconds=120)

_GROUP_COLUMNS = (
    "number",
    "territory_id",
    "name",
    "stores",
    "seats",
    "owner_staff_id",
    "steward_staff_id",
    "superior_staff_id",
    "second_superior_staff_id",
    "manager_staff_id",
    "main_type",
    "type_share",
    "main_management",
    "management_share",
    "size_mean_fen",
    "closeness_mean",
    "likeness",
    "look",
    "present_id",
)
_NEW_GROUPS = f"""
CREATE TEMP TABLE new_group ON COMMIT DROP AS
SELECT {", ".join(_GROUP_COLUMNS)} FROM community_plan_group WITH NO DATA
"""
_NEW_STORES = """
CREATE TEMP TABLE new_store (number int, store_id bigint, seats smallint, is_outlier bool,
    from_group_id bigint, reason smallint, gain float8)
ON COMMIT DROP
"""
_TAKE_GROUPS = f"""
INSERT INTO community_plan_group (enterprise_id, plan_id, reserved, seats_cap, is_edited,
                                  is_restaffed, layer, base_key, distributors, {", ".join(_GROUP_COLUMNS)})
SELECT %s, %s, %s, %s, false, false, 'store', '', 0, {", ".join(_GROUP_COLUMNS)} FROM new_group
"""
_TAKE_STORES = """
INSERT INTO community_plan_store (enterprise_id, plan_id, plan_group_id, store_id, seats, is_outlier,
                                  from_group_id, reason, gain)
SELECT g.enterprise_id, g.plan_id, g.id, s.store_id, s.seats, s.is_outlier,
       s.from_group_id, s.reason, s.gain
FROM new_store s JOIN community_plan_group g ON g.number = s.number
WHERE g.enterprise_id = %s AND g.plan_id = %s
"""
_ROWS = (
    "community_plan_place",
    "community_plan_cell",
    "community_plan_store",
    "community_plan_distributor",
    "community_plan_group",
)
_FORGET = "DELETE FROM {table} WHERE enterprise_id = %s AND plan_id = %s"


class WorkTaken(Conflict):
    """Another worker does this already; look at its progress."""

    code: ClassVar[str] = "community.work_taken"


class WorkCancelled(Conflict):
    """This was cancelled."""

    code: ClassVar[str] = "community.work_cancelled"


def hold(plan_id: int, key: str, **progress: Any) -> Plan:
    """
    Keep the plan for another while and note progress; call first in each transaction of the work.

    :raises WorkTaken: another worker has it now
    :raises WorkCancelled: somebody asked to stop
    """
    held = Plan.objects.filter(pk=plan_id, lease_key=key).update(
        lease_until=Now() + LEASE, changed_at=Now(), **progress
    )
    if not held:
        raise WorkTaken(plan=plan_id)
    plan = Plan.objects.get(pk=plan_id)
    if plan.is_cancel_asked:
        raise WorkCancelled(plan=plan_id)
    return plan


def forget_rows(enterprise_id: int, plan_id: int) -> None:
    """Drop a plan's proposed groups and stores."""
    with connection.cursor() as cursor:
        for table in _ROWS:
            cursor.execute(_FORGET.format(table=table), [enterprise_id, plan_id])


def add_rows(
    plan: Plan, groups: Iterable[tuple[Any, ...]], stores: Iterable[tuple[Any, ...]]
) -> None:
    """
    Write a batch of proposed groups with their stores.

    :param groups: in the order of ``_GROUP_COLUMNS``
    :param stores: (number, store id, seats, is outlier, group it has, why it moves, what that saves)
    """
    scale = [plan.enterprise_id, plan.pk, plan.terms["reserved"], plan.terms["hard"]]
    with connection.cursor() as cursor:
        cursor.execute(_NEW_GROUPS)
        cursor.execute(_NEW_STORES)
        with cursor.copy("COPY new_group FROM STDIN") as copy:
            for row in groups:
                copy.write_row(row)
        with cursor.copy("COPY new_store FROM STDIN") as copy:
            for row in stores:
                copy.write_row(row)
        cursor.execute(_TAKE_GROUPS, scale)
        cursor.execute(_TAKE_STORES, scale[:2])
        cursor.execute("DROP TABLE new_group, new_store")
