"""The short-lived ticket with which a page of ours asks the live process for updates."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging import access

SALT = "qunlian.live"
LASTS_SECONDS = 60
WATCHED_LIMIT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Whose ears these are, and which groups he looks at from outside besides those he sits in."""

    account_id: int
    watched: tuple[int, ...]


def issue_ticket(actor: Actor, watched: Iterable[int] = ()) -> str:
    """Sign a ticket for the actor's page; it opens a connection within 60 seconds."""
    return signing.dumps([actor.account_id, list(watched)[:WATCHED_LIMIT]], salt=SALT)


def read_ticket(text: str) -> Ticket | None:
    """Return what a ticket says; None when it is forged or older than 60 seconds."""
    try:
        account_id, watched = signing.loads(text, salt=SALT, max_age=LASTS_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if not isinstance(account_id, int):
        return None
    return Ticket(account_id=account_id, watched=tuple(int(one) for one in watched))


def audible_groups(actor: Actor, watched: Iterable[int]) -> frozenset[int]:
    """Return the groups the actor may hear now: those he sits in, and those watched within reach."""
    with scope.reading(actor):
        seated = access.seats_of(actor).values_list("group_id", flat=True)
        looked_at = access.groups_within(actor).filter(pk__in=list(watched))
        return frozenset(seated) | frozenset(looked_at.values_list("pk", flat=True))
