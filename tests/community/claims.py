"""What the tests of claiming share: an adopted room, claims at it, what became of them."""

from qunlian.community.actions.claim_store import Claim, Claimed, claim_store
from qunlian.community.models import Binding
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast
from tests.community.bound import handle_of

#: The last digits of the number that the roster has with A1 (Oyang's).
DIGITS = "0001"


def claim(cast: Cast, group_id: int, store: str, **more: object) -> Claimed:
    wanted = Claim(group_id=group_id, store_id=cast.ids[store], **more)  # type: ignore[arg-type]
    return claim_store(actor=system_actor(cast.ids["brand"]), claim=wanted, now=NOON)


def signs_of(cast: Cast, key: str, store: str) -> tuple[str, list[str]]:
    """Return how it stands between an account and a store."""
    with scope.reading(cast.hua):
        row = Binding.objects.get(handle_id=handle_of(cast, key), store_id=cast.ids[store])
    return row.state, row.signs
