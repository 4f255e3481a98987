"""Give somebody else a new first password."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from qunlian.channel import access, steps
from qunlian.channel.models import Account
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset:
    """How many browsers were logged out."""

    account_id: int
    ended: int


def reset_password(*, actor: Actor, account_id: int, password: str, now: datetime) -> PasswordReset:
    """
    Set the password of an account of the own enterprise; its browsers are logged out at once.

    Whoever logs in with it must choose his own before he does anything else.

    :raises Forbidden: only headquarters does this
    :raises NotFound: no such account in this enterprise
    :raises WeakPassword: too short or too common
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        row = access.account_for(actor, account_id)
        steps.refuse_weak_password(password)
        Account.objects.filter(pk=row.pk).update(
            password=make_password(password), must_change_password=True
        )
        ended = steps.end_sessions([row.pk])
        about = {"account": [row.pk]}
        journal.record("channel.password_reset", actor=actor, at=now, about=about, ended=ended)
        return PasswordReset(account_id=row.pk, ended=ended)
