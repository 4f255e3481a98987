"""Give a member of staff or a distributor a log-in."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.hashers import make_password

from qunlian.channel import access, steps
from qunlian.channel.models import Account
from qunlian.channel.rules import accounts
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Conflict, Invalid


class NobodyChosen(Invalid):
    """Choose a member of staff or a distributor, one of the two."""

    code: ClassVar[str] = "channel.nobody_chosen"


class NoContact(Conflict):
    """This distributor has no contact person yet; enter one first."""

    code: ClassVar[str] = "channel.no_contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """
    For whom (one of the two) and with which log-in and first password.

    :param must_change_password: he chooses his own at the first log-in
    """

    login: str
    password: str
    staff_id: int | None = None
    distributor_id: int | None = None
    must_change_password: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedAccount:
    """The account."""

    account_id: int
    login: str


def open_account(*, actor: Actor, new: NewAccount, now: datetime) -> OpenedAccount:
    """
    Open an account; its role is the member of staff's own, or distributor.

    :raises Forbidden: only headquarters does this
    :raises NotFound: no such staff or distributor
    :raises NobodyChosen: it is for neither staff nor a distributor, or for both
    :raises NoContact: the distributor has no contact person yet
    :raises CodeTaken: the log-in name is in use
    :raises WeakPassword: the password is too short or too common
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        if (new.staff_id is None) == (new.distributor_id is None):
            raise NobodyChosen(field="whom")
        login = accounts.fit_login(new.login)
        steps.refuse_weak_password(new.password)
        role, person_id = _whom(actor, new)
        with steps.code_free(login, field="login"):
            row = Account.objects.create(
                login=login,
                enterprise_id=actor.enterprise_id,
                role=role,
                person_id=person_id,
                staff_id=new.staff_id,
                distributor_id=new.distributor_id,
                password=make_password(new.password),
                must_change_password=new.must_change_password,
                created_at=now,
            )
        about = {"account": [row.pk], "person": [person_id]}
        journal.record("channel.account_opened", actor=actor, at=now, about=about, role=role)
        return OpenedAccount(account_id=row.pk, login=login)


def _whom(actor: Actor, new: NewAccount) -> tuple[str, int]:
    if new.staff_id is not None:
        staff = access.staff_for(actor, new.staff_id)
        return staff.role, staff.person_id
    dealer = access.distributor_for(actor, new.distributor_id or 0)
    if dealer.contact_id is None:
        raise NoContact(field="whom")
    return Role.DISTRIBUTOR, dealer.contact_id
