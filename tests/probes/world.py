"""One of everything, all of it in patch A: what the probes walk."""

from dataclasses import dataclass

from qunlian.channel.models import Contact, Store
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from tests import make
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop
from tests.community.plans import compared, planned
from tests.messaging.scenes import group, say
from tests.probes.routes import Route


@dataclass(frozen=True, slots=True)
class World:
    """Ids of things in patch A by the name of the parameter that takes them."""

    ids: dict[str, int]

    def of(self, route: Route) -> dict[str, object]:
        ids = dict(self.ids)
        if route.name.startswith(("commerce_account", "commerce_list_acc")):
            ids["account_id"] = ids["ledger_account_id"]
        return {name: ids[name] for name in route.parameters}


def laid_down(cast: Cast) -> World:
    """Lay everything down in patch A."""
    from qunlian.community.queries.plan_groups import list_plan_groups

    brand = system_actor(cast.ids["brand"])
    with scope.reading(brand):
        store = Store.objects.get(code="A3")
    make.store_owner(brand, store, "秘密店主", "+8613900000003")
    with scope.reading(brand):
        person = Contact.objects.get(store_id=store.pk).person_id
    plan = planned(cast.hua, territory_id=cast.ids["PA"])
    return World(
        ids={
            "store_id": store.pk,
            "territory_id": cast.ids["PA"],
            "distributor_id": cast.ids["D1"],
            "staff_id": cast.ids["R1"],
            "person_id": person,
            "account_id": cast.rong.account_id or 0,
            "plan_id": plan,
            "number": list_plan_groups(cast.hua, plan).rows[0].number,
            "comparison_id": compared(cast.hua, None, plan),
            **_said(cast, person),
            **_sold(cast, store.pk),
            **_rolled_out(cast, store.pk),
            **_twice(cast, store.pk),
            **_found(cast),
            "poster_run_id": 0,
            "sheet_id": _sheet(cast),
            "store_group_id": _own_group(cast),
            "import_id": 0,
            "run_id": 0,
            "relay_id": 0,
            "token_id": 0,
        }
    )


def _to_do(cast: Cast, group_id: int) -> dict[str, int]:
    """A task of Rong's about the group, and what of its platform was refused."""
    from qunlian.community.models import Group, Request, Task
    from qunlian.community.requests import hand_to_people

    brand = system_actor(cast.ids["brand"])
    with scope.writing(brand):
        group = Group.objects.get(pk=group_id)
        usual = {"enterprise_id": brand.enterprise_id, "group": group, "kind": "rename"}
        asked = Request.objects.create(**usual, payload={"text": "秘密的活"}, asked_at=NOON)
        hand_to_people(brand, [asked], NOON)
        refused = Request.objects.create(**usual, state="refused", asked_at=NOON)
        return {"task_id": Task.objects.get().pk, "request_id": refused.pk}


def _noted(cast: Cast, group_id: int, person_id: int) -> dict[str, int]:
    """What was noted of somebody in the group, and his appeal."""
    from qunlian.community.models import Breach

    with scope.writing(system_actor(cast.ids["brand"])):
        row = Breach.objects.create(
            enterprise_id=cast.ids["brand"],
            group_id=group_id,
            person_id=person_id,
            rule="秘密的规矩",
            words="秘密的提醒",
            step="remind",
            standing="appealed",
            appealed_at=NOON,
            appeal="秘密的申诉",
            noted_at=NOON,
            counts_until_at=NOON,
        )
    return {"breach_id": row.pk}


def _said(cast: Cast, person_id: int) -> dict[str, int]:
    """A group of patch A, a line in it, and a message to all of the patch."""
    from qunlian.messaging.actions.compose_broadcast import Composition, compose_broadcast
    from qunlian.messaging.actions.send_broadcast import send_broadcast
    from qunlian.messaging.rules.slices import Slice

    people = {cast.rong: "steward", cast.ma: "superior"}
    room = group(cast, "PA", steward=cast.rong, people=people, name="秘密群")
    say(cast, room, "秘密的话")
    east = Slice(territory_ids=(cast.ids["PA"],))
    told = compose_broadcast(
        actor=cast.hua,
        broadcast_id=None,
        composition=Composition(title="秘密触达", text="只给东片", slice=east),
        now=NOON,
    )
    send_broadcast(actor=cast.hua, broadcast_id=told, now=NOON)
    return {
        "group_id": room,
        "seq": 1,
        "broadcast_id": told,
        **_to_do(cast, room),
        **_door(cast, room),
        **_noted(cast, room, person_id),
    }


def _door(cast: Cast, group_id: int) -> dict[str, int]:
    """A way into the group."""
    from qunlian.community.actions.open_door import NewDoor, open_door

    new = NewDoor(group_id=group_id, name="秘密的门")
    return {"door_id": open_door(actor=cast.hua, door=new, now=NOON).door_id}


def _found(cast: Cast) -> dict[str, int]:
    """A room of Rong's on an outside platform, and the account of somebody in it."""
    from qunlian.community.models import Occupant
    from tests.community.outside import room, take_in

    found = take_in(cast.hua, room("secret", "石原东片秘密老板群", people="wm-secret:秘密老王"))
    with scope.reading(system_actor(cast.ids["brand"])):
        seat = Occupant.objects.get(room=found.room_id, is_staff=False)
    return {"room_id": found.room_id, "handle_id": seat.handle_id}


def _sheet(cast: Cast) -> int:
    """A sheet of groups that headquarters had checked."""
    from qunlian.community.models import RoomSheet

    with scope.writing(cast.hua):
        kept = RoomSheet.objects.create(
            enterprise_id=cast.ids["brand"],
            account_id=cast.hua.account_id,
            name="秘密群.xlsx",
            read_at=NOON,
        )
        return kept.pk


def _own_group(cast: Cast) -> int:
    """A group that a store of patch A runs for its own customers."""
    from qunlian.community.actions.register_store_group import (
        NewStoreGroup,
        register_store_group,
    )

    told = NewStoreGroup(store_id=cast.ids["A1"], name="秘密福利群", people=66)
    return register_store_group(actor=cast.oyang, told=told, now=NOON)


def _sold(cast: Cast, store_id: int) -> dict[str, int]:
    """An order of the store, its account and what moved on it."""
    from qunlian.commerce.actions.place_order import NewOrder, place_order
    from qunlian.commerce.actions.set_credit_limit import set_credit_limit
    from qunlian.commerce.queries.ledger import list_accounts, list_transfers

    shop = open_shop(cast)
    wish = NewOrder(
        store_id=store_id,
        quantities=((shop.biscuits, 1),),
        pay_mode="cashier",
        request_key="secret",
    )
    placed = place_order(actor=cast.rong, order=wish, now=NOON)
    set_credit_limit(actor=cast.hua, store_id=store_id, limit_fen=1, now=NOON)
    accounts = list_accounts(cast.hua, owner_id=store_id).rows
    transfers = list_transfers(cast.hua).rows
    return {
        "product_id": shop.biscuits,
        "warehouse_id": shop.main,
        "order_id": placed.order_id,
        "ledger_account_id": accounts[0].account_id if accounts else 0,
        "transfer_id": transfers[0].transfer_id if transfers else 0,
    }


def _rolled_out(cast: Cast, store_id: int) -> dict[str, int]:
    """A store of patch A named as a seed, and a roll-out of the patch."""
    from qunlian.activation.actions.draft_rollout import RolloutWish, draft_rollout
    from qunlian.activation.actions.nominate_store import nominate_store

    named = nominate_store(actor=cast.rong, store_id=store_id, reason="秘密", now=NOON)
    wish = RolloutWish(territory_id=cast.ids["PA"])
    drafted = draft_rollout(actor=cast.ma, wish=wish, now=NOON)
    return {"nomination_id": named.nomination_id, "rollout_id": drafted.rollout_id}


def _twice(cast: Cast, store_id: int) -> dict[str, int]:
    """Two pairs of people of patch A: one looks like one, the other has been merged."""
    from qunlian.channel.actions.find_likely_duplicates import find_likely_duplicates
    from qunlian.channel.queries.people import list_likely_duplicates
    from qunlian.messaging.actions.merge_people import merge_people

    brand = system_actor(cast.ids["brand"])
    people = [make.person(brand, name) for name in ("秘密双胞", "秘密双胞", "秘密甲", "秘密乙")]
    with scope.writing(brand):
        Contact.objects.bulk_create(
            Contact(enterprise_id=brand.enterprise_id, person=one, store_id=store_id, since_at=NOON)
            for one in people
        )
    find_likely_duplicates(actor=brand, now=NOON)
    pair = list_likely_duplicates(cast.rong).rows[0]
    kept, merged = people[2:]
    done = merge_people(actor=cast.rong, kept_id=kept.pk, merged_id=merged.pk, now=NOON)
    return {"duplicate_id": pair.id, "merge_id": done.merge_id}
