"""Say on the claim page which store one belongs to."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import connection

from qunlian.channel.queries.contacts import has_number_ending
from qunlian.channel.steps.handles import tie_to_stores
from qunlian.community import access, binding
from qunlian.community.models import (
    Binding,
    ClaimTry,
    GroupStore,
    HandleView,
    Occupant,
    StorePersonView,
    StoreView,
)
from qunlian.community.queries.claims import seats_called, stores_of_claims
from qunlian.community.rules import claims as rules
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid, NotFound, RateLimited

_TAKE = """
INSERT INTO community_claim_try AS kept (enterprise_id, key, window_at, tries) VALUES (%s, %s, %s, 1)
ON CONFLICT (enterprise_id, key, window_at) DO UPDATE SET tries = kept.tries + 1 WHERE kept.tries < %s
RETURNING tries
"""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('community_claim', %s))"


class NameUnclear(Invalid):
    """Nobody, or more than one, is called that in the group; write it as it stands there."""

    code: ClassVar[str] = "community.name_unclear"


class ClaimRefused(Conflict):
    """Your rep has said that this is not your store; ask him."""

    code: ClassVar[str] = "community.claim_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """
    Who says what.

    :ivar handle_id: his account, where the platform proved it; None: ``called`` is his name in the group
    :ivar digits: the last four of the store's telephone number; may be empty
    :ivar address: the network address he comes from
    """

    group_id: int
    store_id: int
    handle_id: int | None = None
    called: str = ""
    digits: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What became of it: bound at once, or somebody is asked."""

    store_id: int
    store_name: str
    is_bound: bool


def claim_store(*, actor: Actor, claim: Claim, now: datetime) -> Claimed:
    """
    Bind somebody to the store he claims when nobody need look; else propose it to who looks after the group.

    Whoever is second to claim a store is proposed, whatever speaks for him: the rep decides.

    :param actor: the enterprise's own machinery, as the registry resolved it from the code
    :raises RateLimited: too many tries
    :raises NotFound: no such group; no such store among the group's; the account does not sit in it
    :raises NameUnclear: no account was proven, and the name is not one person's in the group
    :raises ClaimRefused: the rep has said no to this before
    """
    _take_tries(actor, claim, now)
    with scope.writing(actor):
        store, handle_id = _open(actor, claim)
        if _is_of(handle_id, store.pk):
            return Claimed(store_id=store.pk, store_name=store.name, is_bound=True)
        before = Binding.objects.filter(handle_id=handle_id, store_id=store.pk).first()
        if before is not None and before.state == "refused":
            raise ClaimRefused
        is_rival = _is_claimed(store.pk, handle_id)
        knows = len(claim.digits) == rules.DIGITS and has_number_ending(
            actor, store.pk, claim.digits
        )
        is_proven = claim.handle_id is not None
        signs = rules.signs_of(is_proven=is_proven, knows_number=knows, is_rival=is_rival)
        is_bound = not _is_of_another(handle_id, store.pk) and rules.is_sure(
            is_proven=is_proven,
            knows_number=knows,
            was_likely=before is not None and bool(set(before.signs) - set(rules.POINTS)),
            is_rival=is_rival,
        )
        _write(actor, handle_id, store.pk, (signs, is_bound), now)
        journal.record(
            "community.store_claimed",
            actor=actor,
            at=now,
            about={"group": [claim.group_id], "store": [store.pk]},
            is_bound=is_bound,
            signs=list(signs),
        )
        return Claimed(store_id=store.pk, store_name=store.name, is_bound=is_bound)


def _take_tries(actor: Actor, claim: Claim, now: datetime) -> None:
    """
    Count the try before anything is looked at, so that many at once cannot slip past the limits.

    Telephones of one carrier share an address: whose account is proven is counted by it.
    """
    window = rules.window_of(now)
    who = claim.address if claim.handle_id is None else f"account {claim.handle_id}"
    keys = (
        (f"{claim.group_id}:{who}"[:100], rules.MOST_FROM_ADDRESS),
        (f"group:{claim.group_id}", rules.MOST_AT_GROUP),
        (f"store:{claim.store_id}", rules.MOST_FOR_STORE),
    )
    with scope.writing(actor), connection.cursor() as cursor:
        access.group_for(actor, claim.group_id)
        ClaimTry.objects.filter(window_at__lt=window).delete()
        for key, most in keys:
            cursor.execute(_TAKE, [actor.enterprise_id, key, window, most])
            if cursor.fetchone() is None:
                raise RateLimited(retry_after_seconds=rules.seconds_left(now))


def _open(actor: Actor, claim: Claim) -> tuple[StoreView, int]:
    """Find the store and the account; claims of one store come one after the other."""
    group = access.group_for(actor, claim.group_id)
    store = stores_of_claims(group).filter(pk=claim.store_id).first()
    if store is None:
        raise NotFound(kind="store", id=claim.store_id)
    if claim.handle_id is not None:
        binding.seated_in(group.pk, claim.handle_id)
    handle_id = claim.handle_id or _called(group.pk, claim.called)
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [store.pk])
    list(GroupStore.objects.filter(layer="store", store_id=store.pk).select_for_update())
    return store, handle_id


def _called(group_id: int, called: str) -> int:
    wanted = rules.plain_name(called)
    found = {
        handle_id
        for handle_id, name in seats_called(group_id, called)
        if rules.plain_name(name) == wanted
    }
    if len(found) != 1:
        raise NameUnclear(field="called")
    return found.pop()


def _is_of(handle_id: int, store_id: int) -> bool:
    own = HandleView.objects.filter(pk=handle_id, person_id__isnull=False).values("person_id")
    return StorePersonView.objects.filter(person_id__in=own, store_id=store_id).exists()


def _is_of_another(handle_id: int, store_id: int) -> bool:
    own = HandleView.objects.filter(pk=handle_id, person_id__isnull=False).values("person_id")
    others = StorePersonView.objects.filter(person_id__in=own).exclude(store_id=store_id)
    return others.exists()


def _is_claimed(store_id: int, handle_id: int) -> bool:
    claims = Binding.objects.filter(
        store_id=store_id, state__in=("proposed", "bound"), signs__contains=["claimed"]
    )
    return claims.exclude(handle_id=handle_id).exists()


def _write(
    actor: Actor, handle_id: int, store_id: int, found: tuple[tuple[str, ...], bool], now: datetime
) -> None:
    signs, is_bound = found
    row, _ = Binding.objects.get_or_create(
        enterprise_id=actor.enterprise_id,
        handle_id=handle_id,
        store_id=store_id,
        defaults={"found_at": now},
    )
    own = [sign for sign in row.signs if sign not in rules.POINTS]
    kept = row.score if own == row.signs else 0
    row.signs, row.score = [*signs, *own], rules.score_of(signs, kept)
    row.state = "bound" if is_bound else "proposed"
    row.decided_at = now if is_bound else None
    row.save(update_fields=["signs", "score", "state", "decided_at"])
    if is_bound:
        Binding.objects.filter(handle_id=handle_id, state="proposed").delete()
        people = tie_to_stores(actor, {handle_id: store_id}, now)
        binding.give_stores(actor, {people[handle_id]: store_id}, now)
        rooms = Occupant.objects.filter(handle_id=handle_id).values_list("room_id", flat=True)
        binding.count_bound(sorted(rooms))
