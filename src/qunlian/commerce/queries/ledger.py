"""The ledger as people read it: accounts, their entries, transfers, and the trial balance."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Sum

from qunlian.commerce import access
from qunlian.commerce.models import (
    Account,
    DistributorView,
    Entry,
    Reconciliation,
    StoreView,
    Transfer,
)
from qunlian.commerce.rules.ledger import receivable_of
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page

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
    """One side of a transfer, seen from its account."""

    transfer_id: int
    kind: str
    amount_fen: int
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
class KindTotal:
    """All accounts of one kind."""

    kind: str
    accounts: int
    debit_fen: int
    credit_fen: int

    @property
    def balance_fen(self) -> int:
        """Return debits less credits."""
        return self.debit_fen - self.credit_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBalance:
    """All kinds of account; ``off_by_fen`` is 0 or the ledger is broken."""

    kinds: tuple[KindTotal, ...]
    off_by_fen: int
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
    Sum all entries by kind of account, from the entries themselves.

    :raises Forbidden: only headquarters sees the books whole
    """
    with scope.reading(actor):
        access.headquarters_only(actor)
        sums = dict(
            Entry.objects.order_by().values_list("account_id").annotate(total=Sum("amount_fen"))
        )
        kinds: dict[str, list[int]] = defaultdict(list)
        for account_id, kind in Account.objects.values_list("id", "kind"):
            kinds[kind].append(sums.get(account_id, 0))
        last = Reconciliation.objects.order_by("-ran_at").first()
    totals = tuple(
        KindTotal(
            kind=kind,
            accounts=len(balances),
            debit_fen=sum(each for each in balances if each > 0),
            credit_fen=-sum(each for each in balances if each < 0),
        )
        for kind, balances in sorted(kinds.items())
    )
    return TrialBalance(
        kinds=totals,
        off_by_fen=sum(sums.values()),
        reconciled_at=last.ran_at if last else None,
        problems=tuple(last.problems) if last else (),
    )


def list_accounts(
    actor: Actor, *, kind: str = "", owner_id: int | None = None, after: str = ""
) -> Page[AccountRow]:
    """Return a page of accounts within reach, by id."""
    with scope.reading(actor):
        rows = access.accounts_within(actor).order_by("id")
        if kind:
            rows = rows.filter(kind=kind)
        if owner_id:
            rows = rows.filter(owner_id=owner_id)
        if after.isdigit():
            rows = rows.filter(pk__gt=int(after))
        found = list(rows[: PAGE_ROWS + 1])
        shown = _accounts(found[:PAGE_ROWS])
    return Page(
        rows=tuple(shown.values()),
        next_key=str(found[PAGE_ROWS - 1].pk) if len(found) > PAGE_ROWS else None,
    )


def account_card(actor: Actor, account_id: int) -> AccountRow:
    """
    Return one account.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        account = access.account_for(actor, account_id)
        return _accounts([account])[account.pk]


def entries_of_account(actor: Actor, account_id: int, *, after: str = "") -> Page[EntryRow]:
    """
    Return a page of an account's entries, newest first.

    :raises NotFound: there is no such account within the actor's reach
    """
    with scope.reading(actor):
        account = access.account_for(actor, account_id)
        rows = Entry.objects.filter(account_id=account.pk).order_by("-transfer_id")
        if after.isdigit():
            rows = rows.filter(transfer_id__lt=int(after))
        found = list(rows.values_list("transfer_id", "amount_fen")[: PAGE_ROWS + 1])
        shown = found[:PAGE_ROWS]
        transfers = Transfer.objects.in_bulk([transfer_id for transfer_id, _ in shown])
    return Page(
        rows=tuple(
            EntryRow(
                transfer_id=transfer_id,
                kind=transfers[transfer_id].kind,
                amount_fen=amount_fen,
                about_kind=transfers[transfer_id].about_kind,
                about_id=transfers[transfer_id].about_id,
                note=transfers[transfer_id].note,
                happened_at=transfers[transfer_id].happened_at,
            )
            for transfer_id, amount_fen in shown
        ),
        next_key=str(shown[-1][0]) if len(found) > PAGE_ROWS else None,
    )


def list_transfers(
    actor: Actor, *, kind: str = "", about: tuple[str, int] | None = None, after: str = ""
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
        if after.isdigit():
            rows = rows.filter(pk__lt=int(after))
        found = list(rows[: PAGE_ROWS + 1])
    return Page(
        rows=tuple(_transfer(row) for row in found[:PAGE_ROWS]),
        next_key=str(found[PAGE_ROWS - 1].pk) if len(found) > PAGE_ROWS else None,
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
    derived = [account.pk for account in accounts if account.balance_fen is None]
    sums: dict[int, int] = dict(
        Entry.objects.filter(account_id__in=derived)
        .order_by()
        .values_list("account_id")
        .annotate(total=Sum("amount_fen"))
    )
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
