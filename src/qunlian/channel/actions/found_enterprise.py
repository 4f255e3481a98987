"""Found an enterprise with its first member of headquarters."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import connection

from qunlian.channel import steps
from qunlian.channel.models import Account, Enterprise, Person, Staff
from qunlian.channel.rules import accounts, entries
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Role, system_actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What the founder enters."""

    enterprise: str
    name: str
    login: str
    password: str
    is_demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundedEnterprise:
    """The new tenant and its first log-in."""

    enterprise_id: int
    account_id: int
    staff_id: int


def found_enterprise(*, founding: Founding, now: datetime) -> FoundedEnterprise:
    """
    Make a tenant and the account that makes all others.

    :raises CodeTaken: the log-in name is in use
    :raises WeakPassword: the password is too short or too common
    :raises Invalid: a name cannot be used
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('channel_enterprise_id_seq')")
        (enterprise_id,) = cursor.fetchone()
    founder = system_actor(enterprise_id)
    with scope.writing(founder):
        steps.refuse_weak_password(founding.password)
        login = accounts.fit_login(founding.login)
        Enterprise.objects.create(
            id=enterprise_id,
            name=entries.text(founding.enterprise, 80, field="enterprise"),
            is_demo=founding.is_demo,
            is_being_laid=founding.is_demo,
            created_at=now,
        )
        person = Person.objects.create(
            enterprise_id=enterprise_id, name=entries.text(founding.name, 60), created_at=now
        )
        staff = Staff.objects.create(
            enterprise_id=enterprise_id,
            person=person,
            code="HQ1",
            role=Role.HEADQUARTERS,
            joined_on=now.date(),
        )
        with steps.code_free(login, field="login"):
            account = Account.objects.create(
                login=login,
                enterprise_id=enterprise_id,
                role=Role.HEADQUARTERS,
                person_id=person.pk,
                staff_id=staff.pk,
                password=make_password(founding.password),
                created_at=now,
            )
        journal.record("channel.enterprise_founded", actor=founder, at=now)
    return FoundedEnterprise(enterprise_id=enterprise_id, account_id=account.pk, staff_id=staff.pk)
