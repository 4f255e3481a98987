"""Who may be whose superior, and which roles staff have."""

from collections.abc import Mapping

STAFF_ROLES = ("headquarters", "manager", "rep", "group_manager")
HIGHEST_CHAIN = 60


def is_above(superiors: Mapping[int, int | None], staff_id: int, of_id: int) -> bool:
    """
    Tell whether ``staff_id`` stands somewhere above ``of_id``, or is the same.

    :param superiors: staff id → superior's id
    """
    at: int | None = of_id
    for _ in range(HIGHEST_CHAIN):
        if at is None:
            return False
        if at == staff_id:
            return True
        at = superiors.get(at)
    return True
