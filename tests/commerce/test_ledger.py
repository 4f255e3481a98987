"""The ledger keeps itself balanced and unchanged, whoever asks."""

from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection

from qunlian.commerce import steps
from qunlian.commerce.models import Account, Entry, Transfer
from qunlian.commerce.rules.ledger import AccountRef, Kind, Leg, NewTransfer, move, receivable_of
from qunlian.commerce.steps import ledger
from qunlian.kernel import scope
from tests.cast_words import NOON, Cast

SALES = AccountRef(Kind.SALES)
CASH = AccountRef(Kind.CASHIER)


def _post(cast: Cast, key: str, legs: tuple[Leg, ...]) -> steps.Posted:
    with scope.writing(cast.hua):
        return steps.post(
            NewTransfer(key=key, kind="order_paid", legs=legs), actor=cast.hua, at=NOON
        )


def test_a_transfer_is_posted_once_for_ever_under_its_key(cast: Cast) -> None:
    first = _post(cast, "order 1 paid", move(CASH, SALES, 500))
    again = _post(cast, "order 1 paid", move(CASH, SALES, 500))
    assert first.is_new
    assert not again.is_new
    assert again.transfer_id == first.transfer_id
    with scope.reading(cast.hua):
        assert sorted(Entry.objects.values_list("amount_fen", flat=True)) == [-500, 500]


def test_the_same_key_with_another_body_is_refused(cast: Cast) -> None:
    _post(cast, "order 1 paid", move(CASH, SALES, 500))
    with pytest.raises(steps.KeyReused):
        _post(cast, "order 1 paid", move(CASH, SALES, 501))


def test_another_enterprise_may_use_the_same_key(cast: Cast) -> None:
    _post(cast, "k", move(CASH, SALES, 500))
    with scope.writing(cast.wai):
        answer = steps.post(
            NewTransfer(key="k", kind="x", legs=move(CASH, SALES, 1)), actor=cast.wai, at=NOON
        )
    assert answer.is_new


@pytest.mark.parametrize(
    "legs",
    [
        (Leg(CASH, 5), Leg(SALES, -4)),
        (Leg(CASH, 5),),
        (Leg(CASH, 5), Leg(CASH, -5)),
        (Leg(CASH, 0), Leg(SALES, 0)),
    ],
)
def test_legs_that_do_not_add_up_are_refused(cast: Cast, legs: tuple[Leg, ...]) -> None:
    with pytest.raises(steps.Unbalanced):
        _post(cast, "k", legs)


@pytest.mark.parametrize("amounts", [(5, -4), (5,), (-5,), (6, -6), (5, -5, 1)], ids=str)
def test_the_database_itself_refuses_an_unbalanced_or_other_set(
    cast: Cast, amounts: tuple[int, ...]
) -> None:
    """The transfer says two entries of 5 fen; nothing else gets in, not even by raw SQL."""
    with scope.writing(cast.hua):
        transfer_id = ledger._new_transfer(
            NewTransfer(key="k", kind="x", legs=move(CASH, SALES, 5)), actor=cast.hua, at=NOON
        )
        accounts = [
            steps.open_account(AccountRef(kind), actor=cast.hua, at=NOON)
            for kind in (Kind.CASHIER, Kind.SALES, Kind.BANK)
        ]
    with pytest.raises(DatabaseError, match="balance or is not complete"), scope.writing(cast.hua):
        _raw_entries(cast, transfer_id, accounts, amounts)


def _raw_entries(cast: Cast, transfer_id, accounts, amounts, at=NOON) -> None:
    with connection.cursor() as cursor:
        values = [
            (cast.hua.enterprise_id, transfer_id, account, amount, at)
            for account, amount in zip(accounts, amounts, strict=False)
        ]
        cursor.execute(
            "INSERT INTO commerce_entry (enterprise_id, transfer_id, account_id, amount_fen, happened_at)"
            f" VALUES {', '.join(['(%s, %s, %s, %s, %s)'] * len(values))}",
            [part for value in values for part in value],
        )


def test_nothing_is_added_to_a_transfer_later(cast: Cast) -> None:
    posted = _post(cast, "k", move(CASH, SALES, 5))
    with scope.reading(cast.hua):
        kinds = {a.kind: a.pk for a in Account.objects.all()}
    with scope.writing(cast.hua):
        bank = steps.open_account(AccountRef(Kind.BANK), actor=cast.hua, at=NOON)
        other = steps.open_account(AccountRef(Kind.REFUNDS), actor=cast.hua, at=NOON)
    for accounts in ([bank, other], [kinds["cashier_cash"], bank]):
        for at in (NOON, NOON + timedelta(days=40)):
            with pytest.raises(DatabaseError), scope.writing(cast.hua):
                _raw_entries(cast, posted.transfer_id, accounts, (5, -5), at)


@pytest.mark.parametrize("table", ["commerce_entry", "commerce_transfer"])
@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET note_or_amount = 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_nobody_changes_what_was_written(
    cast: Cast, owner: psycopg.Connection, table: str, verb: str
) -> None:
    _post(cast, "k", move(CASH, SALES, 5))
    column = "amount_fen" if table == "commerce_entry" else "volume_fen"
    statement = verb.format(table).replace("note_or_amount", column)
    with pytest.raises(DatabaseError), scope.writing(cast.hua), connection.cursor() as cursor:
        cursor.execute(statement)
    owner.execute("SELECT set_config('qunlian.enterprise', %s, false)", [str(cast.ids["brand"])])
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        owner.execute(statement)


def test_the_partitions_are_guarded_as_the_whole(cast: Cast, owner: psycopg.Connection) -> None:
    _post(cast, "k", move(CASH, SALES, 5))
    with scope.writing(cast.hua):
        started = NewTransfer(key="k2", kind="x", legs=move(CASH, SALES, 9))
        transfer_id = ledger._new_transfer(started, actor=cast.hua, at=NOON)
    owner.execute("SELECT set_config('qunlian.enterprise', %s, false)", [str(cast.ids["brand"])])
    owner.execute("SELECT kernel_ensure_partitions('commerce_entry', 'month', 0, 9)")
    partitions = [
        name
        for (name,) in owner.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'commerce_entry'::regclass"
        )
    ]
    assert len(partitions) > 10
    for name in partitions:
        for verb in (
            f"UPDATE {name} SET amount_fen = 7",
            f"DELETE FROM {name}",
            f"TRUNCATE {name}",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                owner.execute(verb)
    account = owner.execute("SELECT min(id) FROM commerce_account").fetchone()
    assert account
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute(
            "INSERT INTO commerce_entry_202611"
            " (id, enterprise_id, transfer_id, account_id, amount_fen, happened_at) OVERRIDING SYSTEM VALUE"
            " VALUES (0, %s, %s, %s, 9, %s)",
            [cast.ids["brand"], transfer_id, account[0], NOON],
        )


def test_a_guarded_account_never_passes_its_limit_and_is_moved_by_entries_alone(cast: Cast) -> None:
    store = receivable_of(cast.ids["A1"])
    with scope.writing(cast.hua):
        steps.open_account(store, actor=cast.hua, at=NOON, limit_fen=1000)
    _post(cast, "1", move(store, SALES, 900))
    with pytest.raises(steps.CreditExceeded):
        _post(cast, "2", move(store, SALES, 101))
    _post(cast, "3", move(store, SALES, 100))
    _post(cast, "4", move(AccountRef(Kind.BANK), store, 400))
    with scope.reading(cast.hua):
        assert Account.objects.get(kind="receivable").balance_fen == 600
        assert Transfer.objects.count() == 3
    with pytest.raises(DatabaseError), scope.writing(cast.hua):
        Account.objects.update(balance_fen=0)
    with pytest.raises(DatabaseError), scope.writing(cast.hua):
        Account.objects.create(
            enterprise_id=cast.ids["brand"],
            kind="receivable",
            owner_kind="store",
            owner_id=1,
            balance_fen=7,
            opened_at=NOON,
        )
