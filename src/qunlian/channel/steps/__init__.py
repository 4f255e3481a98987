"""
Writes of the channel inside another action's transaction, this slice's or a higher one's.

attempts.py  attempts to log in, and how many there may be
handles.py   people met on outside platforms: whose account is whose
leaving.py   what a member of staff covers and leads passes to others; he leaves
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet

from qunlian.channel.models import (
    Account,
    Contact,
    Distributor,
    Enterprise,
    Person,
    PublicCode,
    Session,
    Store,
    Territory,
)
from qunlian.channel.rules import accounts, phones
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Conflict, Invalid, NotFound


class NotAPhone(Invalid):
    """“%(phone)s” is not a telephone number."""

    code: ClassVar[str] = "channel.not_a_phone"


class AlreadyEnlisted(Conflict):
    """This telephone number has joined already; ask your rep for a new link."""

    code: ClassVar[str] = "channel.already_enlisted"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnlistedMember:
    """Who joined, and the account that his phone logs in with."""

    person_id: int
    account_id: int
    is_new_contact: bool


def enlist_member(
    *, actor: Actor, store_id: int | None, name: str, phone: str, at: datetime
) -> EnlistedMember:
    """
    Make somebody a member: the person, his tie to a store, and a member account.

    One who is on the roster by this number and has not joined yet becomes that person, if he comes for a
    store. A consumer does not: what stores he would get by a number that he only types is not his, and
    likely duplicates are found anyway. A number that has joined before is refused, because whoever types
    it need not be its owner; when the actor is that very member (he is logged in), he gets the store on top.

    :param store_id: None: a consumer
    :param phone: as typed; may be empty
    :raises NotFound: no such store
    :raises NotAPhone: the number cannot be one
    :raises AlreadyEnlisted: that number belongs to another member
    """
    if store_id is not None and not Store.objects.filter(pk=store_id).exists():
        raise NotFound(kind="store", id=store_id)
    number = _number(phone)
    person = _known(actor, number)
    if person is None or (store_id is None and person.pk != actor.person_id):
        person = Person.objects.create(
            enterprise_id=actor.enterprise_id, name=name.strip()[:60], phone=number, created_at=at
        )
    is_new = store_id is not None and _tie(actor, store_id, person, at)
    account = _account(actor, person, at)
    return EnlistedMember(person_id=person.pk, account_id=account.pk, is_new_contact=is_new)


def public_code(*, actor: Actor, kind: str, target_id: int) -> str:
    """
    Return the code that strangers may bring for a thing of this enterprise; made when there is none.

    :param kind: what the code opens: ``store``, ``group``, ``product`` …
    """
    known = PublicCode.objects.filter(
        enterprise_id=actor.enterprise_id, kind=kind, target_id=target_id
    )
    while True:
        row = known.first()
        if row is not None:
            return row.code
        try:
            with transaction.atomic():
                PublicCode.objects.create(
                    code=_fresh_code(),
                    enterprise_id=actor.enterprise_id,
                    kind=kind,
                    target_id=target_id,
                )
        except IntegrityError:
            continue


def public_codes(*, actor: Actor, kind: str, target_ids: Iterable[int]) -> dict[int, str]:
    """Return the public codes of many things at once, making those that are missing."""
    ids = list(target_ids)
    known = PublicCode.objects.filter(enterprise_id=actor.enterprise_id, kind=kind)
    codes = dict(known.filter(target_id__in=ids).values_list("target_id", "code"))
    while missing := [target_id for target_id in ids if target_id not in codes]:
        PublicCode.objects.bulk_create(
            (
                PublicCode(
                    code=_fresh_code(),
                    enterprise_id=actor.enterprise_id,
                    kind=kind,
                    target_id=target_id,
                )
                for target_id in missing
            ),
            ignore_conflicts=True,
        )
        codes |= dict(known.filter(target_id__in=missing).values_list("target_id", "code"))
    return codes


def _number(phone: str) -> str:
    if not phone.strip():
        return ""
    try:
        return phones.normal_phone(phone)
    except ValueError:
        raise NotAPhone(phone=phone[:40]) from None


def _known(actor: Actor, number: str) -> Person | None:
    """Return the person to join as: the logged-in member himself, or one on the roster not joined yet."""
    if actor.role is Role.MEMBER and actor.person_id is not None:
        return _living(Person.objects.filter(pk=actor.person_id))
    if not number:
        return None
    same = Person.objects.filter(enterprise_id=actor.enterprise_id, phone=number)
    found = _living(same)
    if found is not None and _accounts(actor, {found.pk, *same.values_list("pk", flat=True)}):
        raise AlreadyEnlisted
    return found


def _living(persons: QuerySet[Person]) -> Person | None:
    """Hold the first of these people, or whom he was merged into: nobody merges him meanwhile."""
    found = (
        persons.order_by(F("merged_into").asc(nulls_first=True), "pk").select_for_update().first()
    )
    while found is not None and found.merged_into_id is not None:
        found = Person.objects.select_for_update().get(pk=found.merged_into_id)
    return found


def _accounts(actor: Actor, person_ids: set[int]) -> QuerySet[Account]:
    return Account.objects.filter(enterprise_id=actor.enterprise_id, person_id__in=person_ids)


def _tie(actor: Actor, store_id: int, person: Person, at: datetime) -> bool:
    """Make the person one of the store's; tell whether he was not before."""
    _, is_new = Contact.objects.get_or_create(
        enterprise_id=actor.enterprise_id,
        person_id=person.pk,
        store_id=store_id,
        distributor__isnull=True,
        defaults={"role": "owner" if _becomes_owner(store_id, person) else "clerk", "since_at": at},
    )
    return is_new


def _becomes_owner(store_id: int, person: Person) -> bool:
    """Make the first who joins a store without an owner its owner."""
    free = Store.objects.filter(pk=store_id, owner=None).update(owner=person)
    return bool(free) or Store.objects.filter(pk=store_id, owner=person).exists()


def _account(actor: Actor, person: Person, at: datetime) -> Account:
    known = _accounts(actor, {person.pk}).filter(role=Role.MEMBER).first()
    if known is not None:
        return known
    return Account.objects.create(
        login=f"member-{person.pk}@{actor.enterprise_id}",
        enterprise_id=actor.enterprise_id,
        role=Role.MEMBER,
        person_id=person.pk,
        password=make_password(None),
        created_at=at,
    )


def _fresh_code() -> str:
    return "".join(secrets.choice(accounts.CODE_ALPHABET) for _ in range(accounts.CODE_LENGTH))


class CodeTaken(Conflict):
    """The code “%(taken)s” is in use already."""

    code: ClassVar[str] = "channel.code_taken"


class InsideItself(Conflict):
    """Nothing can be moved below itself."""

    code: ClassVar[str] = "channel.inside_itself"


@contextmanager
def code_free(taken: str, *, field: str = "code") -> Iterator[None]:
    """
    Write a row whose code must be free.

    :raises CodeTaken: the database says that it is not
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as trouble:
        diagnosis = getattr(trouble.__cause__, "diag", None)
        name = diagnosis.constraint_name if diagnosis else ""
        if name and (name.endswith("_code") or name == "channel_account_login_key"):
            raise CodeTaken(taken=taken, field=field) from None
        raise


def lock_trees(actor: Actor) -> None:
    """Let one change of the enterprise's trees happen at a time, so that two cannot make a cycle."""
    Enterprise.objects.select_for_update().get(pk=actor.enterprise_id)


def next_path(table: str, above: str, row: Territory | Distributor) -> str:
    """Give a new row its id and return its path below ``above``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        (row.pk,) = cursor.fetchone()
    return f"{above}{row.pk}/"


def move_subtree(
    table: str,
    level: str,
    row: Territory | Distributor,
    parent: Territory | Distributor | None,
    *,
    depth: int,
) -> tuple[str, int]:
    """
    Hang a row and all below it under ``parent`` in one UPDATE; return its new path and how many moved.

    :param level: the column that counts levels; the moved row's becomes ``depth``
    :raises InsideItself: the new parent is the row itself or below it
    """
    if parent is not None and parent.path.startswith(row.path):
        raise InsideItself(field="parent")
    path = f"{parent.path if parent else '/'}{row.pk}/"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET path = %s || substr(path, %s), {level} = {level} + %s,"
            " parent_id = CASE WHEN id = %s THEN %s ELSE parent_id END"
            ' WHERE enterprise_id = %s AND path >= %s COLLATE "C" AND path < %s COLLATE "C"',
            [
                path,
                len(row.path) + 1,
                depth - getattr(row, level),
                row.pk,
                parent.pk if parent else None,
                row.enterprise_id,
                row.path,
                row.path[:-1] + "0",
            ],
        )
        return path, int(cursor.rowcount)


def end_sessions(account_ids: Iterable[int], *, but: str = "") -> int:
    """Log accounts out everywhere at once; ``but`` is a session key that may go on."""
    rows = Session.objects.filter(account_id__in=list(account_ids)).exclude(session_key=but)
    ended, _ = rows.delete()
    return ended


class WeakPassword(Invalid):
    """A password has at least 8 characters and is not one that everybody tries first."""

    code: ClassVar[str] = "channel.weak_password"


def refuse_weak_password(password: str) -> None:
    """
    Check a new password.

    :raises WeakPassword: too short or too common
    """
    try:
        validate_password(password)
    except ValidationError:
        raise WeakPassword(field="password") from None
