"""Add a store, or change what is kept about one; the key is its code."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel import access, steps
from qunlian.channel.models import Store
from qunlian.channel.rules import entries, pinyin
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor

STATUSES = ("open", "paused", "closed")
_LARGEST_FEN = 10**14


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreEntry:
    """A store as it is entered. ``size_fen``: what it sells of us in a year; closeness 0 to 100."""

    code: str
    name: str
    territory_id: int
    distributor_id: int | None = None
    type: str = ""
    management: str = ""
    size_fen: int = 0
    closeness: int = 50
    status: str = "open"
    expected_people: int = 1
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertedStore:
    """Which store it is; ``is_new`` when there was none with that code."""

    store_id: int
    is_new: bool
    changed: tuple[str, ...]


def upsert_store(*, actor: Actor, entry: StoreEntry, now: datetime) -> UpsertedStore:
    """
    Add the store with this code, or bring the known one up to date; the same twice changes nothing.

    :raises Forbidden: partners and members do not keep the roster
    :raises NotFound: no such territory or distributor within the actor's reach
    :raises CodeTaken: a store outside the actor's reach has this code
    :raises Invalid: something cannot be used
    """
    with scope.writing(actor):
        access.own_people_only(actor)
        columns = _columns(actor, entry)
        known = access.stores_within(actor).filter(code=columns["code"])
        row = known.select_for_update(of=("self",)).first()
        is_new = row is None
        row = row or Store(enterprise_id=actor.enterprise_id, created_at=now)
        changed = tuple(name for name, value in columns.items() if getattr(row, name) != value)
        if changed:
            for name, value in columns.items():
                setattr(row, name, value)
            row.search_text = pinyin.search_key(row.name)
            row.changed_at = now
            with steps.code_free(row.code):
                row.save()
            fact = "channel.store_added" if is_new else "channel.store_edited"
            about = {"store": [row.pk]}
            journal.record(fact, actor=actor, at=now, about=about, changed=changed, code=row.code)
        return UpsertedStore(store_id=row.pk, is_new=is_new, changed=changed)


def _columns(actor: Actor, entry: StoreEntry) -> dict[str, object]:
    dealer_id = entry.distributor_id
    dealer = access.distributor_for(actor, dealer_id) if dealer_id else None
    return {
        "code": entries.code(entry.code),
        "name": entries.text(entry.name, 80),
        "territory_id": access.territory_for(actor, entry.territory_id).pk,
        "distributor_id": dealer.pk if dealer else None,
        "type": " ".join(entry.type.split())[:40],
        "management": " ".join(entry.management.split())[:40],
        "size_fen": entries.number(entry.size_fen, 0, _LARGEST_FEN, field="size"),
        "closeness": entries.number(entry.closeness, 0, 100, field="closeness"),
        "status": entries.choice(entry.status, STATUSES, field="status"),
        "expected_people": entries.number(entry.expected_people, 1, 500, field="expected_people"),
        "address": " ".join(entry.address.split())[:200],
    }
