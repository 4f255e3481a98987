"""Typed makers of rows, for the cast and for tests that need more of something."""

from dataclasses import dataclass

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

from qunlian.channel.models import (
    Account,
    Contact,
    Distributor,
    Enterprise,
    Person,
    Staff,
    Store,
    Territory,
    TerritoryAssignment,
)
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, Reach, Role, system_actor
from tests.cast_words import NOON, PASSWORD, SINCE, TODAY


@dataclass(frozen=True, slots=True)
class KnownStaff:
    pk: int
    actor: Actor


@dataclass(frozen=True, slots=True)
class KnownDistributor:
    pk: int
    actor: Actor
    path: str
    tier: int


def enterprise(name: str) -> Actor:
    """Found an enterprise; its machinery is the actor that makes the rest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('channel_enterprise_id_seq')")
        (enterprise_id,) = cursor.fetchone()
    founder = system_actor(enterprise_id)
    with scope.writing(founder):
        Enterprise.objects.create(id=enterprise_id, name=name, created_at=NOON)
    return founder


def territory(
    by: Actor, parent: Territory | None, code: str, name: str, *, is_patch: bool = False
) -> Territory:
    with scope.writing(by):
        row = Territory.objects.create(
            enterprise_id=by.enterprise_id,
            parent=parent,
            path=code,
            depth=parent.depth + 1 if parent else 0,
            code=code,
            name=name,
            is_patch=is_patch,
        )
        row.path = f"{parent.path if parent else '/'}{row.pk}/"
        row.save(update_fields=["path"])
    return row


def person(by: Actor, name: str, phone: str = "") -> Person:
    with scope.writing(by):
        return Person.objects.create(
            enterprise_id=by.enterprise_id, name=name, phone=phone, created_at=NOON
        )


def staff(
    by: Actor,
    code: str,
    name: str,
    role: Role,
    *,
    superior: KnownStaff | None = None,
    covers: Territory | None = None,
) -> KnownStaff:
    human = person(by, name)
    with scope.writing(by):
        row = Staff.objects.create(
            enterprise_id=by.enterprise_id,
            person=human,
            code=code,
            role=role,
            superior_id=superior.pk if superior else None,
            joined_on=TODAY,
        )
        if covers:
            TerritoryAssignment.objects.create(
                enterprise_id=by.enterprise_id, staff=row, territory=covers, from_on=SINCE
            )
    account = account_of(by, code, role, human, staff_id=row.pk)
    reach = Reach(
        is_everything=role is Role.HEADQUARTERS, territory_paths=(covers.path,) if covers else ()
    )
    return KnownStaff(row.pk, _actor(account, reach))


def distributor(
    by: Actor, parent: KnownDistributor | None, code: str, name: str, *, territory: Territory
) -> KnownDistributor:
    human = person(by, f"{name[0]}老板")
    with scope.writing(by):
        row = Distributor.objects.create(
            enterprise_id=by.enterprise_id,
            parent_id=parent.pk if parent else None,
            path=code,
            tier=parent.tier + 1 if parent else 1,
            code=code,
            name=name,
            territory=territory,
            contact=human,
        )
        row.path = f"{parent.path if parent else '/'}{row.pk}/"
        row.save(update_fields=["path"])
        Contact.objects.create(
            enterprise_id=by.enterprise_id, person=human, distributor=row, since_at=NOON
        )
    account = account_of(by, code, Role.DISTRIBUTOR, human, distributor_id=row.pk)
    return KnownDistributor(
        row.pk, _actor(account, Reach(distributor_paths=(row.path,))), row.path, row.tier
    )


def store(
    by: Actor,
    code: str,
    name: str,
    patch: Territory,
    *,
    distributor: KnownDistributor | None = None,
) -> Store:
    with scope.writing(by):
        return Store.objects.create(
            enterprise_id=by.enterprise_id,
            code=code,
            name=name,
            type="便利店",
            management="A",
            size_fen=1_000_000,
            territory=patch,
            distributor_id=distributor.pk if distributor else None,
            search_text=f"{code.lower()} {name}",
            created_at=NOON,
            changed_at=NOON,
        )


def store_owner(by: Actor, of: Store, name: str, phone: str) -> Actor:
    human = person(by, name, phone)
    with scope.writing(by):
        Store.objects.filter(pk=of.pk).update(owner=human)
        Contact.objects.create(
            enterprise_id=by.enterprise_id, person=human, store=of, since_at=NOON
        )
    return _actor(account_of(by, of.code, Role.MEMBER, human), Reach(store_ids=(of.pk,)))


def account_of(
    by: Actor,
    code: str,
    role: Role,
    human: Person,
    *,
    staff_id: int | None = None,
    distributor_id: int | None = None,
) -> Account:
    return Account.objects.create(
        login=f"{code}@{by.enterprise_id}".lower(),
        enterprise_id=by.enterprise_id,
        role=role,
        person_id=human.pk,
        staff_id=staff_id,
        distributor_id=distributor_id,
        created_at=NOON,
        password=PBKDF2PasswordHasher().encode(PASSWORD, "cast", iterations=1),
    )


def _actor(account: Account, reach: Reach) -> Actor:
    return Actor(
        enterprise_id=account.enterprise_id,
        role=Role(account.role),
        account_id=account.pk,
        person_id=account.person_id,
        staff_id=account.staff_id,
        distributor_id=account.distributor_id,
        reach=reach,
    )
