"""Whose task is what: a thing to do stands on the page of him who can do it; and how often to count."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from qunlian.kernel.actor import Role

_PLANNERS: Final = frozenset({Role.HEADQUARTERS, Role.MANAGER})
_KEEPERS: Final = _PLANNERS | {Role.REP, Role.GROUP_MANAGER}
_SELLERS: Final = _PLANNERS | {Role.REP, Role.DISTRIBUTOR}
_EVERYBODY: Final = _KEEPERS | {Role.DISTRIBUTOR}

#: Code of a thing to do → who sees it, in the order in which the page shows them.
TASKS: Final[Mapping[str, frozenset[Role]]] = {
    "tasks_to_do": _KEEPERS,
    "tasks_reminded": _KEEPERS,
    "wishes_unmet": _KEEPERS,
    "tasks_overdue": _PLANNERS | {Role.GROUP_MANAGER},
    "relays_to_pass_on": _EVERYBODY,
    "reminders": _EVERYBODY,
    "orders_to_confirm": _SELLERS,
    "orders_to_ship": _SELLERS,
    "imports_waiting": _SELLERS,
    "likely_duplicates": _PLANNERS | {Role.REP},
    "rooms_to_decide": _PLANNERS | {Role.GROUP_MANAGER},
    "people_to_bind": _KEEPERS,
    "appeals_waiting": _PLANNERS,
    "plans_to_approve": _PLANNERS,
    "plans_to_apply": _PLANNERS,
    "deliveries_stuck": _KEEPERS,
    "deliveries_with_person": _PLANNERS,
    "groups_without_steward": _PLANNERS | {Role.GROUP_MANAGER},
    "staff_overloaded": _PLANNERS,
    "groups_fading": _EVERYBODY,
    "patches_without_rep": _PLANNERS,
    "stores_without_group": _KEEPERS,
}


def is_task_of(role: Role, code: str) -> bool:
    """Tell whether somebody of this role can do something about it."""
    return role in TASKS[code]


#: Counting may take this share of one processor's time, and never waits longer than this.
COUNTING_SHARE: Final = 1 / 30
_LONGEST_REST: Final = timedelta(minutes=30)


def rest_after(took: timedelta) -> timedelta:
    """Return how long to wait from one count's beginning to the next, given what the one took."""
    return min(took / COUNTING_SHARE, _LONGEST_REST)
