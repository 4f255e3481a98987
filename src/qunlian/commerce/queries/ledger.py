"""The ledger as people read it: accounts, their entries, transfers, and the trial balance."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from qunlian.commerce import access
from qunlian.commerce.models import (
    Account,
    DistributorView,
    Entry,
    Reconciliation,
    StoreView,
    Transfer,
)
from qunlian.commerce.queries.balances import (
    KindTotal,
    closed_until,
    derived_balances,
    totals_by_kind,
)
from qunlian.commerce.rules.ledger import receivable_of
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page, moment_key, read_moment_key
from qunlian.kernel.typed import whole

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One account with its balance; debit above 0."""

    account_id: int
    kind: str
    owner_kind: str
    owner_id: int
    owner_name: str
    balance_fen: int
    limit_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One side of a transfer, seen from its account; ``balance_fen`` is what stood on it afterwards."""

    transfer_id: int
    kind: str
    amount_fen: int
    balance_fen: int
    about_kind: str
    about_id: int | None
    note: str
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRow:
    """A transfer in a list."""

    transfer_id: int
    kind: str
    volume_fen: int
    about_kind: str
    about_id: int | None
    note: str
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One leg of a transfer."""

    account: AccountRow
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCard:
    """A transfer with all its parts; they sum to 0."""

    row: TransferRow
    key: str
    parts: tuple[Part, ...]
    corrects_id: int | None
    corrected_by_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBalance:
    """All kinds of account; ``off_by_fen`` is 0 or the ledger is broken; up to when the books are closed."""

    kinds: tuple[KindTotal, ...]
    off_by_fen: int
    closed_until: datetime | None
    reconciled_at: datetime | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What a store owes and may owe."""

    owed_fen: int
    limit_fen: int

    @property
    def free_fen(self) -> int:
        """Return what it may still order on account."""
        return max(self.limit_fen - self.owed_fen, 0)


def trial_balance(actor: Actor) -> TrialBalance:
    """
    Sum what stands on all accounts by kind, from the last closing of the books and the entries since.

    :raises Forbidden: only headquarters sees the books whole
    """
    with scope.reading(actor):
        access.headquarters_only(actor)
        totals = totals_by_kind()
        closed = closed_until()
        last = Reconciliation.objects.order_by("-ran_at").first()
    return TrialBalance(
        kinds=totals,
        off_by_fen=sum(total.balance_fen for total in totals),
        closed_until=closed,
        reconciled_at=last.ran_at if last else None,
        problems=tuple(last.problems) if last else (),
    )


def list_accounts(
    actor: Actor,
    *,
    kind: str = "",
    owner_id: int | None = None,
    after: str = "",
    limit: int = PAGE_ROWS,
) -> Page[AccountRow]:
    """Return a page of accounts within reach, by id."""
    with scope.reading(actor):
        rows = access.accounts_within(actor).order_by("id")
        if kind:
            rows = rows.filter(kind=kind)
        if owner_id:
            rows = rows.filter(owner_id=owner_id)
        if (last := whole(after)) is not None:
            rows = rows.filter(pk__gt=last)
        found = list(rows[: limit + 1])
        shown = _accounts(found[:limit])
    return Page(
        rows=tuple(shown.values()),
        next_key=str(found[limit - 1].pk) if len(found) > limit else None,
    )


def account_card(actor: Actor, account_id: int) -> AccountRow:
    """
    Return one account.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        account = access.account_for(actor, account_id)
        return _accounts([account])[account.pk]


def entries_of_account(
    actor: Actor, account_id: int, *, after: str = "", limit: int = PAGE_ROWS
) -> Page[EntryRow]:
    """
    Return a page of an account's statement, newest first, with the balance after each entry.

    :raises NotFound: there is no such account within the actor's reach
    """
    with scope.reading(actor):
        account = access.account_for(actor, account_id)
        every = Entry.objects.filter(account_id=account.pk)
        balance = _accounts([account])[account.pk].balance_fen
        rows = every.order_by("-happened_at", "-transfer_id")
        key = read_moment_key(after)
        if key:
            at, transfer_id = key
            rows = rows.filter(
                Q(happened_at__lt=at) | Q(happened_at=at, transfer_id__lt=transfer_id)
            )
            newer = every.filter(
                Q(happened_at__gt=at) | Q(happened_at=at, transfer_id__gte=transfer_id)
            )
            balance -= newer.aggregate(total=Sum("amount_fen"))["total"] or 0
        found = list(rows[: limit + 1])
        shown = found[:limit]
        transfers = Transfer.objects.in_bulk([entry.transfer_id for entry in shown])
    return Page(
        rows=_statement(shown, transfers, balance),
        next_key=moment_key(shown[-1].happened_at, shown[-1].transfer_id)
        if len(found) > limit
        else None,
    )


def _statement(
    entries: list[Entry], transfers: dict[int, Transfer], balance_fen: int
) -> tuple[EntryRow, ...]:
    rows = []
    for entry in entries:
        transfer = transfers[entry.transfer_id]
        rows.append(
            EntryRow(
                transfer_id=transfer.pk,
                kind=transfer.kind,
                amount_fen=entry.amount_fen,
                balance_fen=balance_fen,
                about_kind=transfer.about_kind,
                about_id=transfer.about_id,
                note=transfer.note,
                happened_at=entry.happened_at,
            )
        )
        balance_fen -= entry.amount_fen
    return tuple(rows)


def list_transfers(
    actor: Actor,
    *,
    kind: str = "",
    about: tuple[str, int] | None = None,
    after: str = "",
    limit: int = PAGE_ROWS,
) -> Page[TransferRow]:
    """
    Return a page of all transfers, newest first.

    :raises Forbidden: only headquarters sees the books whole
    """
    with scope.reading(actor):
        access.headquarters_only(actor)
        rows: QuerySet[Transfer] = Transfer.objects.order_by("-id")
        if kind:
            rows = rows.filter(kind=kind)
        if about:
            rows = rows.filter(about_kind=about[0], about_id=about[1])
        if (last := whole(after)) is not None:
            rows = rows.filter(pk__lt=last)
        found = list(rows[: limit + 1])
    return Page(
        rows=tuple(_transfer(row) for row in found[:limit]),
        next_key=str(found[limit - 1].pk) if len(found) > limit else None,
    )


def transfer_card(actor: Actor, transfer_id: int) -> TransferCard:
    """
    Return one transfer with all its parts.

    :raises NotFound: there is none, or the actor is not headquarters
    """
    with scope.reading(actor):
        transfer = access.transfer_for(actor, transfer_id)
        entries = list(
            Entry.objects.filter(
                transfer_id=transfer.pk, happened_at=transfer.happened_at
            ).order_by("-amount_fen")
        )
        accounts = _accounts(
            list(Account.objects.filter(pk__in=[entry.account_id for entry in entries]))
        )
        corrected = Transfer.objects.filter(key=f"correction of {transfer.pk}").first()
    return TransferCard(
        row=_transfer(transfer),
        key=transfer.key,
        parts=tuple(
            Part(account=accounts[entry.account_id], amount_fen=entry.amount_fen)
            for entry in entries
        ),
        corrects_id=transfer.corrects_id,
        corrected_by_id=corrected.pk if corrected else None,
    )


def credit_of_store(actor: Actor, store_id: int) -> Credit:
    """
    Return what a store owes and may owe; nothing when it never had credit.

    :raises NotFound: there is no such store within the actor's reach
    """
    ref = receivable_of(store_id)
    with scope.reading(actor):
        access.store_place_for(actor, store_id)
        row = Account.objects.filter(
            kind=ref.kind, owner_kind=ref.owner_kind, owner_id=ref.owner_id
        ).first()
    if row is None:
        return Credit(owed_fen=0, limit_fen=0)
    return Credit(owed_fen=row.balance_fen or 0, limit_fen=row.limit_fen or 0)


def _accounts(accounts: list[Account]) -> dict[int, AccountRow]:
    """Name accounts and count those that keep no balance, in three queries."""
    owners: dict[str, set[int]] = defaultdict(set)
    for account in accounts:
        owners[account.owner_kind].add(account.owner_id)
    names = {
        ("store", pk): name
        for pk, name in StoreView.objects.filter(pk__in=owners["store"]).values_list("id", "name")
    } | {
        ("distributor", pk): name
        for pk, name in DistributorView.objects.filter(pk__in=owners["distributor"]).values_list(
            "id", "name"
        )
    }
    sums = derived_balances([account.pk for account in accounts if account.balance_fen is None])
    return {
        account.pk: AccountRow(
            account_id=account.pk,
            kind=account.kind,
            owner_kind=account.owner_kind,
            owner_id=account.owner_id,
            owner_name=names.get((account.owner_kind, account.owner_id), ""),
            balance_fen=sums.get(account.pk, 0)
            if account.balance_fen is None
            else account.balance_fen,
            limit_fen=account.limit_fen,
        )
        for account in accounts
    }


def _transfer(row: Transfer) -> TransferRow:
    return TransferRow(
        transfer_id=row.pk,
        kind=row.kind,
        volume_fen=row.volume_fen,
        about_kind=row.about_kind,
        about_id=row.about_id,
        note=row.note,
        happened_at=row.happened_at,
    )
