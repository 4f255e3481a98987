"""The registry: what is known before an enterprise is. Small tables outside row-level security.

A log-in, a session, a token or a public code each lead to one enterprise; only doors and log-in read them.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Account(AbstractBaseUser):
    """A log-in. In the registry outside row-level security: it maps a login to its enterprise."""

    last_login = None  # type: ignore[assignment]
    login = models.CharField(max_length=80, unique=True)
    enterprise_id = models.BigIntegerField()
    role = models.CharField(max_length=20)
    person_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    distributor_id = models.BigIntegerField(null=True)
    is_active = models.BooleanField(default=True)
    #: He logged in with a password that somebody else chose, and must choose his own first.
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "channel_account"
        default_permissions = ()
        indexes = [
            models.Index(fields=["enterprise_id", "person_id"], name="channel_account_person")
        ]

    def __str__(self) -> str:
        return self.login


class Session(AbstractBaseSession):
    """A browser that is logged in; deleting the row logs it out."""

    account_id = models.BigIntegerField(null=True, db_index=True)
    device = models.CharField(max_length=200, default="")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "channel_session"
        default_permissions = ()

    @classmethod
    def get_session_store_class(cls) -> type:
        from qunlian.channel.sessions import SessionStore  # noqa: PLC0415  (the store imports this row)

        return SessionStore


class LoginAttempt(models.Model):
    """Failed log-ins per key (login or address) and window, for throttling."""

    key = models.CharField(max_length=120)
    window_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "channel_login_attempt"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["key", "window_at"], name="channel_login_attempt_once")
        ]

    def __str__(self) -> str:
        return f"{self.failures} failures"


class ApiToken(models.Model):
    """A key for programs; only its SHA-256 is kept. Registry, outside row-level security."""

    account_id = models.BigIntegerField(db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "channel_api_token"
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class ReturnLink(models.Model):
    """
    A link that logs a member's new phone in, once, until it expires; one at a time per account.

    Registry, outside row-level security; only its SHA-256 is kept.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    account_id = models.BigIntegerField(unique=True)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "channel_return_link"
        default_permissions = ()

    def __str__(self) -> str:
        return f"account {self.account_id} until {self.expires_at}"


class PublicCode(models.Model):
    """A code that strangers may bring (a store's join link): maps to its enterprise. Registry."""

    code = models.CharField(max_length=24, primary_key=True)
    enterprise_id = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    target_id = models.BigIntegerField()

    class Meta:
        db_table = "channel_public_code"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "kind", "target_id"], name="channel_public_code_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_id}"
