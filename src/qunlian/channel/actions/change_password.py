"""Give one's own account another password."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel import access, steps
from qunlian.channel.models import Account
from qunlian.channel.queries.actors import session_values
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid


class WrongPassword(Invalid):
    """This is not your present password."""

    code: ClassVar[str] = "channel.wrong_password"


class SamePassword(Invalid):
    """Choose another password than the one you were given."""

    code: ClassVar[str] = "channel.same_password"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPassword:
    """How many other browsers were logged out; ``session`` goes into this browser's session."""

    ended: int
    session: Mapping[str, str]


def change_password(
    *, actor: Actor, old: str, new: str, session_key: str, now: datetime
) -> ChangedPassword:
    """
    Change one's password; every other browser of one's own is logged out at once.

    :param session_key: the browser that stays logged in
    :raises WrongPassword: the old one is not right
    :raises SamePassword: he must choose one of his own and typed the old one again
    :raises WeakPassword: the new one is too short or too common
    """
    with scope.writing(actor):
        account = Account.objects.select_for_update().get(pk=access.own_account(actor))
        if not account.check_password(old):
            raise WrongPassword(field="old")
        steps.refuse_weak_password(new)
        if account.must_change_password and new == old:
            raise SamePassword(field="password")
        account.set_password(new)
        account.must_change_password = False
        account.save(update_fields=["password", "must_change_password"])
        ended = steps.end_sessions([account.pk], but=session_key)
        journal.record("channel.password_changed", actor=actor, at=now, ended=ended)
        return ChangedPassword(ended=ended, session=session_values(account.pk))
