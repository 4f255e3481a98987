"""Ask a platform who opened a page of ours inside it."""

from qunlian.community.queries.claims import ClaimCard, seat_of
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms import registry
from qunlian.platforms.extensions import LogIn


def recognise_member(*, actor: Actor, card: ClaimCard, code: str) -> int | None:
    """
    Return the account of the group's room behind a code that the platform gave his browser; None: nobody's.

    :param code: the platform's, good once; what it refuses tells nobody anything
    """
    adapter = registry.platform(card.platform)
    if not isinstance(adapter, LogIn) or not code:
        return None
    try:
        key = adapter.who_logged_in(actor.enterprise_id, code)
    except PlatformTrouble:
        return None
    return seat_of(actor, card.group_id, key) if key else None
