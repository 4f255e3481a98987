"""
The double-entry ledger: accounts, transfers, entries.

Debit is positive, credit negative. Transfers and entries are append-only; the triggers in 0002_fences
refuse an unbalanced or one-sided set, and any change, to everybody.
"""

from django.db import models


class Account(models.Model):
    """
    Where money stands: a kind of account of one owner (``owner_id`` 0 = the enterprise itself).

    Guarded accounts keep ``balance_fen``, moved by the entries' trigger alone and never above
    ``limit_fen``; everybody's accounts (income, cash) have none: theirs is the sum of their entries.
    """

    enterprise_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    owner_kind = models.CharField(max_length=12)
    owner_id = models.BigIntegerField(default=0)
    balance_fen = models.BigIntegerField(null=True)
    limit_fen = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "commerce_account"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "kind", "owner_kind", "owner_id"],
                name="commerce_account_once",
            ),
            models.CheckConstraint(
                condition=models.Q(owner_kind__in=["enterprise", "distributor", "store"]),
                name="commerce_account_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(limit_fen=None)
                | models.Q(balance_fen__isnull=False, balance_fen__lte=models.F("limit_fen")),
                name="commerce_account_within_limit",
            ),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "owner_kind", "owner_id"], name="commerce_account_of"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.owner_kind} {self.owner_id}"


class Transfer(models.Model):
    """
    One movement of money, for ever under its client's ``key``.

    ``digest`` tells a repeat (same body) from a misuse of the key; ``volume_fen`` is the sum of the debits.
    """

    enterprise_id = models.BigIntegerField()
    key = models.CharField(max_length=120, db_collation="C")
    kind = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    entry_count = models.PositiveSmallIntegerField()
    volume_fen = models.BigIntegerField()
    about_kind = models.CharField(max_length=16, default="")
    about_id = models.BigIntegerField(null=True)
    corrects_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, default="")
    account_id = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField()

    class Meta:
        db_table = "commerce_transfer"
        constraints = [
            models.UniqueConstraint(fields=["enterprise_id", "key"], name="commerce_transfer_key"),
            models.CheckConstraint(
                condition=models.Q(entry_count__gte=2), name="commerce_transfer_two_sided"
            ),
            models.CheckConstraint(
                condition=models.Q(volume_fen__gt=0), name="commerce_transfer_volume"
            ),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "about_kind", "about_id"], name="commerce_transfer_about"
            ),
            models.Index(fields=["enterprise_id", "-id"], name="commerce_transfer_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Entry(models.Model):
    """One side of a transfer on one account. Partitioned by month."""

    enterprise_id = models.BigIntegerField()
    transfer_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    happened_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "commerce_entry"

    def __str__(self) -> str:
        return f"{self.amount_fen} fen on account {self.account_id}"


class Reconciliation(models.Model):
    """What the nightly check of the ledger found; an empty ``problems`` is what we want."""

    enterprise_id = models.BigIntegerField()
    ran_at = models.DateTimeField()
    accounts = models.IntegerField()
    transfers = models.BigIntegerField()
    problems = models.JSONField(default=list)

    class Meta:
        db_table = "commerce_reconciliation"
        indexes = [models.Index(fields=["enterprise_id", "-ran_at"], name="commerce_reconciled")]

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d} {len(self.problems)} problems"


class Closing(models.Model):
    """The books are closed up to a moment: nothing that happened before it enters the ledger any more."""

    enterprise_id = models.BigIntegerField()
    closed_until = models.DateTimeField()
    closed_at = models.DateTimeField()
    accounts = models.IntegerField()

    class Meta:
        db_table = "commerce_closing"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "closed_until"], name="commerce_closing_once"
            )
        ]

    def __str__(self) -> str:
        return f"closed until {self.closed_until:%Y-%m-%d %H:%M}"


class ClosedBalance(models.Model):
    """An account's balance when the books were closed; only accounts that moved since the time before."""

    enterprise_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    closed_until = models.DateTimeField()
    balance_fen = models.BigIntegerField()

    class Meta:
        db_table = "commerce_closed_balance"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "account_id", "closed_until"],
                name="commerce_closed_balance_once",
            )
        ]

    def __str__(self) -> str:
        return f"account {self.account_id}: {self.balance_fen} fen"
