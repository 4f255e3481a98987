"""Accounts, their browsers and keys. The registry stands outside the fence, so each read names the owner."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Now

from qunlian.channel import access
from qunlian.channel.models import Account, ApiToken, Distributor, Person, Session
from qunlian.channel.rules.accounts import session_handle
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.paging import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCard:
    """A browser that is logged in. ``handle`` names it in pages; the real key would log one in."""

    handle: str
    device: str
    seen_at: datetime | None
    is_this: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCard:
    """A key for programs; the key itself is not kept."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MyAccount:
    """What one may know of one's own account."""

    login: str
    name: str
    role: str
    sessions: tuple[SessionCard, ...]
    tokens: tuple[TokenCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One log-in of the enterprise, for headquarters."""

    id: int
    login: str
    name: str
    role: str
    staff_id: int | None
    distributor_id: int | None
    distributor: str
    is_active: bool
    must_change_password: bool
    created_at: datetime


def my_account(actor: Actor, *, session_key: str = "") -> MyAccount:
    """Return one's own account with its browsers (this one first) and keys."""
    account = Account.objects.get(pk=access.own_account(actor))
    sessions = Session.objects.filter(account_id=account.pk, expire_date__gt=Now())
    sessions = sessions.order_by("-seen_at")
    cards = [
        SessionCard(
            handle=session_handle(row.session_key),
            device=row.device,
            seen_at=row.seen_at,
            is_this=row.session_key == session_key,
        )
        for row in sessions
    ]
    tokens = ApiToken.objects.filter(account_id=account.pk).order_by("pk")
    return MyAccount(
        login=account.login,
        name=account_name(actor),
        role=account.role,
        sessions=tuple(sorted(cards, key=lambda card: not card.is_this)),
        tokens=tuple(
            TokenCard(
                id=row.pk,
                name=row.name,
                created_at=row.created_at,
                last_used_at=row.last_used_at,
            )
            for row in tokens
        ),
    )


def account_name(actor: Actor) -> str:
    """Return the name of the person who is logged in."""
    with scope.reading(actor):
        names = Person.objects.filter(pk=actor.person_id or 0).values_list("name", flat=True)
        return names.first() or ""


def names_of_accounts(actor: Actor, account_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of the people behind log-ins of the enterprise, by account."""
    with scope.reading(actor):
        rows = Account.objects.filter(pk__in=set(account_ids), enterprise_id=actor.enterprise_id)
        people = dict(rows.values_list("pk", "person_id"))
        known = Person.objects.in_bulk({person_id for person_id in people.values() if person_id})
    return {pk: known[who].name for pk, who in people.items() if who in known}


def list_accounts(
    actor: Actor, *, typed: str = "", after: str = "", take: int = 50
) -> Page[AccountRow]:
    """
    List the enterprise's console log-ins by name; members' are not among them.

    :raises Forbidden: only headquarters sees them
    """
    with scope.reading(actor):
        access.headquarters_only(actor)
        rows = Account.objects.filter(enterprise_id=actor.enterprise_id, login__gt=after)
        rows = rows.exclude(role=Role.MEMBER)
        if typed:
            persons = list(
                Person.objects.filter(name__contains=typed).values_list("pk", flat=True)[:500]
            )
            rows = rows.filter(Q(login__contains=typed.lower()) | Q(person_id__in=persons))
        known = list(rows.order_by("login")[: take + 1])
        shown = _rows(known[:take])
    return Page(rows=shown, next_key=shown[-1].login if len(known) > take else None)


def account_card(actor: Actor, account_id: int) -> AccountRow:
    """
    Return one log-in of the enterprise.

    :raises Forbidden: only headquarters sees it
    :raises NotFound: no such account in this enterprise
    """
    with scope.reading(actor):
        access.headquarters_only(actor)
        (row,) = _rows([access.account_for(actor, account_id)])
        return row


def _rows(known: list[Account]) -> tuple[AccountRow, ...]:
    names = Person.objects.in_bulk({row.person_id for row in known if row.person_id})
    dealers = Distributor.objects.in_bulk(
        {row.distributor_id for row in known if row.distributor_id}
    )
    return tuple(
        AccountRow(
            id=row.pk,
            login=row.login,
            name=names[row.person_id].name if row.person_id else "",
            role=row.role,
            staff_id=row.staff_id,
            distributor_id=row.distributor_id,
            distributor=dealers[row.distributor_id].name if row.distributor_id else "",
            is_active=row.is_active,
            must_change_password=row.must_change_password,
            created_at=row.created_at,
        )
        for row in known
    )


def account_choices(actor: Actor) -> tuple[tuple[int, str], ...]:
    """
    Return (id, name and log-in) of the console accounts, for a filter.

    :raises Forbidden: only headquarters sees them
    """
    rows = list_accounts(actor, take=500).rows
    return tuple((row.id, f"{row.name} · {row.login}") for row in rows)
