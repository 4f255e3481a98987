"""Closed books: a balance is what was closed and what came since, fen for fen, whatever happens in between."""

import random
import threading
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models import Sum

from qunlian.commerce import steps
from qunlian.commerce.actions import close_books as closing
from qunlian.commerce.actions.close_books import TooEarly, close_books
from qunlian.commerce.actions.receive_payment import receive_payment
from qunlian.commerce.actions.reconcile_ledger import reconcile_ledger
from qunlian.commerce.models import Account, ClosedBalance, Closing, Entry
from qunlian.commerce.queries.balances import derived_balances, totals_by_kind
from qunlian.commerce.queries.ledger import account_card, entries_of_account, trial_balance
from qunlian.commerce.rules.ledger import AccountRef, Kind, Leg, NewTransfer, move, of_seller
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, Cast

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ACCOUNTS = (
    AccountRef(Kind.BANK),
    AccountRef(Kind.CASHIER),
    AccountRef(Kind.REFUNDS_PAYABLE),
    AccountRef(Kind.REFUNDS),
    of_seller(Kind.SALES, None),
    of_seller(Kind.SALES, 1),
)


def post(cast: Cast, key: str, legs: tuple[Leg, ...], at) -> None:
    with scope.writing(cast.hua):
        steps.post(NewTransfer(key=key, kind="test", legs=legs), actor=cast.hua, at=at)


def counted(cast: Cast) -> dict[int, int]:
    """Every account's balance, recounted from all entries."""
    with scope.reading(cast.hua):
        sums = dict(Entry.objects.values_list("account_id").annotate(t=Sum("amount_fen")))
        return {pk: int(sums.get(pk, 0)) for pk in Account.objects.values_list("pk", flat=True)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_closed_and_since_is_the_sum_of_all_entries(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    now = NOON
    for turn in range(40):
        now += timedelta(hours=dice.randint(1, 30))
        if dice.random() < 0.25:
            until = now - timedelta(hours=dice.randint(1, 48))
            close_books(actor=cast.hua, until=until, now=now)
            continue
        chosen = dice.sample(ACCOUNTS, dice.randint(2, 4))
        amounts = [dice.choice((-1, 1)) * dice.randint(1, 10**9) for _ in chosen[1:]]
        last = -sum(amounts)
        if last:
            legs = tuple(Leg(ref, fen) for ref, fen in zip(chosen, [last, *amounts], strict=True))
            post(cast, f"{seed}-{turn}", legs, now)
        true = counted(cast)
        with scope.reading(cast.hua):
            assert derived_balances(list(true)) == true
            kinds = totals_by_kind()
        assert sum(kind.debit_fen for kind in kinds) == sum(f for f in true.values() if f > 0)
        assert sum(kind.balance_fen for kind in kinds) == 0
    assert reconcile_ledger(actor=cast.hua, now=now).problems == ()


def test_nothing_enters_closed_books_and_closing_again_changes_nothing(cast: Cast) -> None:
    legs = move(AccountRef(Kind.BANK), of_seller(Kind.SALES, None), 500)
    post(cast, "a", legs, NOON)
    done = close_books(actor=cast.hua, until=NOON + HOUR, now=NOON + DAY)
    assert (done.accounts, done.is_new) == (2, True)
    again = close_books(actor=cast.hua, until=NOON, now=NOON + DAY)
    assert (again.closed_until, again.is_new) == (NOON + HOUR, False)
    with pytest.raises(steps.BooksClosed):
        post(cast, "b", legs, NOON)
    post(cast, "c", legs, NOON + HOUR)  # the moment itself is open
    assert trial_balance(cast.hua).off_by_fen == 0
    assert trial_balance(cast.hua).closed_until == NOON + HOUR


def _close_while_somebody_posts(cast: Cast) -> bool:
    """Close the books while an entry of yesterday is written but not committed; tell whether closing waits."""
    legs = move(AccountRef(Kind.BANK), of_seller(Kind.SALES, None), 500)
    is_posted, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with scope.writing(cast.hua):
                steps.post(NewTransfer(key="slow", kind="test", legs=legs), actor=cast.hua, at=NOON)
                is_posted.set()
                may_commit.wait(10)
        finally:
            connection.close()

    def close() -> None:
        try:
            close_books(actor=cast.hua, until=NOON + HOUR, now=NOON + DAY)
        finally:
            connection.close()

    poster, closer = threading.Thread(target=slow), threading.Thread(target=close)
    poster.start()
    assert is_posted.wait(10)
    closer.start()
    closer.join(0.5)
    has_waited = closer.is_alive()
    may_commit.set()
    poster.join(10)
    closer.join(10)
    return has_waited


def test_who_posts_while_the_books_close_is_counted_or_refused(cast: Cast) -> None:
    assert _close_while_somebody_posts(cast)
    true = counted(cast)
    with scope.reading(cast.hua):
        assert derived_balances(list(true)) == true
        assert Closing.objects.get().accounts == 2


@pytest.mark.negative_control
def test_without_the_lock_an_entry_is_in_no_balance(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same race loses the entry, so the test above can fail."""
    monkeypatch.setattr(closing, "_LOCK", "SELECT %s::text")
    assert not _close_while_somebody_posts(cast)
    true = counted(cast)
    assert any(true.values())
    with scope.reading(cast.hua):
        assert derived_balances(list(true)) != true


def test_only_headquarters_closes_and_not_too_early(cast: Cast) -> None:
    with pytest.raises(TooEarly):
        close_books(actor=cast.hua, until=NOON, now=NOON + timedelta(minutes=59))
    with pytest.raises(Forbidden):
        close_books(actor=cast.rong, until=NOON, now=NOON + DAY)
    close_books(actor=system_actor(cast.ids["other"]), until=NOON, now=NOON + DAY)
    with scope.reading(cast.hua):
        assert not Closing.objects.exists()


def test_what_was_closed_is_kept_by_the_database(cast: Cast, owner: psycopg.Connection) -> None:
    post(cast, "a", move(AccountRef(Kind.BANK), of_seller(Kind.SALES, None), 500), NOON)
    close_books(actor=cast.hua, until=NOON + HOUR, now=NOON + DAY)
    for change in (
        "UPDATE commerce_closed_balance SET balance_fen = 1",
        "DELETE FROM commerce_closing",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(change)
        owner.rollback()
    with scope.reading(cast.hua):
        assert ClosedBalance.objects.count() == 2


def test_a_statement_tells_the_balance_after_each_entry_page_by_page(cast: Cast) -> None:
    for turn in range(1, 8):
        receive_payment(
            actor=cast.hua,
            store_id=cast.ids["A1"],
            amount_fen=turn * 100,
            request_key=f"k{turn}",
            note="",
            now=NOON + turn * HOUR,
        )
    close_books(actor=cast.hua, until=NOON + 4 * HOUR, now=NOON + DAY)
    with scope.reading(cast.hua):
        bank = Account.objects.get(kind="bank_cash").pk
    assert account_card(cast.hua, bank).balance_fen == 2800
    seen = []
    after: str | None = ""
    while after is not None:
        page = entries_of_account(cast.hua, bank, after=after, limit=3)
        seen += [(row.amount_fen, row.balance_fen) for row in page.rows]
        after = page.next_key
    assert seen == [
        (700, 2800),
        (600, 2100),
        (500, 1500),
        (400, 1000),
        (300, 600),
        (200, 300),
        (100, 100),
    ]
