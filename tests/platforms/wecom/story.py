"""
A company's months with us on the sandbox, step by step, each told in counts: its groups adopted and their people
bound, a plan applied onto them, a message, somebody's leaving.

What people do on their phones is done here by hand, from what the sandbox shows them; the rest by our own
actions and jobs, as pages and workers call them.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from qunlian.community import jobs as community_jobs
from qunlian.community import listing
from qunlian.community.actions.adopt_rooms import Adoption, adopt_rooms
from qunlian.community.actions.apply_plan import apply_plan
from qunlian.community.actions.approve_plan import approve_plan
from qunlian.community.actions.bind_member import bind_member
from qunlian.community.actions.carry_out_plan import carry_out_plan
from qunlian.community.actions.change_layer import LayerChange, change_layer
from qunlian.community.actions.claim_store import Claim, claim_store
from qunlian.community.actions.draft_plan import draft_plan
from qunlian.community.actions.hand_over_staff import hand_over_staff
from qunlian.community.actions.open_door import NewDoor, open_door
from qunlian.community.actions.plan_matrix import plan_matrix
from qunlian.community.models import (
    Door,
    Group,
    GroupStore,
    HandleView,
    Member,
    Occupant,
    Request,
    StorePersonView,
    Task,
)
from qunlian.community.queries.bindings import unbound_people
from qunlian.community.queries.handover import HandoverWish, review_handover
from qunlian.community.queries.layers import layer_card
from qunlian.community.queries.rooms import list_rooms, room_counts
from qunlian.community.rules.tasks import OPEN
from qunlian.community.wishes import PlanWish
from qunlian.kernel import clock, scope
from qunlian.kernel.errors import PlatformTrouble, Refusal
from qunlian.messaging import jobs as messaging_jobs
from qunlian.messaging.actions.compose_broadcast import Composition, compose_broadcast
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.models import Confirmation, Delivery
from tests.platforms.wecom.company import Company

_Told = TypeVar("_Told")
#: The storm shows what was before for so long.
READS_LAG = 2.1


def at_last(ask: Callable[[], _Told]) -> _Told:
    """Ask until the weather lets it be answered, as the worker does with its jobs."""
    for _ in range(60):
        try:
            return ask()
        except PlatformTrouble as trouble:
            if trouble.permanent:
                raise
            time.sleep(min(4, trouble.facts.get("retry_after_seconds", 0.3)))
    raise AssertionError("never answered")


def reconcile(company: Company) -> int:
    """List all rooms and read them, as every night."""
    walk = listing.Walk(began=clock.now())
    return at_last(lambda: listing.list_and_read(company.brand, "wecom", walk))


def adopt(company: Company) -> dict[str, int]:
    """Take over what is clear by ticks, the rest one by one; what leavers left behind passes on."""
    ticked = 0
    while rows := list_rooms(company.headquarters, view="clear").rows:
        adoptions = [Adoption(room_id=row.room_id) for row in rows]
        ticked += len(
            adopt_rooms(actor=company.headquarters, adoptions=adoptions, now=clock.now()).groups
        )
    by_hand = 0
    while rows := list_rooms(company.headquarters, view="open").rows:
        for row in rows:
            given = Adoption(room_id=row.room_id, layer=row.layer or "store")
            adopt_rooms(actor=company.headquarters, adoptions=[given], now=clock.now())
            by_hand += 1
    return {"ticked": ticked, "by_hand": by_hand, "left": _settled(company, "owner")}


def bind(company: Company) -> dict[str, int]:
    """
    Count who was bound by reading alone, and let the reps confirm what is proposed where it is so.

    :returns: people, bound by itself, of these rightly, confirmed by reps
    """
    counts = room_counts(company.headquarters)
    right = _rightly_bound(company)
    confirmed = 0
    with scope.reading(company.brand):
        groups = list(
            Group.objects.filter(platform="wecom").order_by("pk").values_list("pk", flat=True)
        )
        keys = dict(HandleView.objects.filter(is_staff=False).values_list("pk", "key"))
    for group_id in groups:
        for one in unbound_people(company.headquarters, group_id):
            true = company.stores.get(keys[one.handle_id])
            if true in {proposal.store_id for proposal in one.proposals}:
                bind_member(
                    actor=company.headquarters,
                    group_id=group_id,
                    handle_id=one.handle_id,
                    store_id=true,
                    now=clock.now(),
                )
                confirmed += 1
    return {"people": counts.people, "bound": counts.bound, "right": right, "confirmed": confirmed}


def claim(company: Company, share: float = 0.9) -> dict[str, int]:
    """That share of those whose store nobody knows yet open the claim page on their phones."""
    counts: Counter[str] = Counter()
    with scope.reading(company.brand):
        keys = dict(HandleView.objects.filter(is_staff=False).values_list("pk", "key"))
        groups = list(
            Group.objects.filter(platform="wecom").order_by("pk").values_list("pk", flat=True)
        )
    digits = {shop["external_userid"]: shop["phone"][-4:] for shop in company.shops}
    dice = random.Random(5)
    for group_id in groups:
        for one in unbound_people(company.headquarters, group_id):
            key = keys[one.handle_id]
            if key not in company.stores or dice.random() > share:
                continue
            said = Claim(
                group_id=group_id,
                store_id=company.stores[key],
                handle_id=one.handle_id,
                digits=digits[key],
            )
            try:
                done = claim_store(actor=company.brand, claim=said, now=clock.now())
            except Refusal as refusal:
                counts[refusal.code.rpartition(".")[2]] += 1
            else:
                counts["bound" if done.is_bound else "proposed"] += 1
    told = room_counts(company.headquarters)
    return {"people": told.people, "bound_now": told.bound, **counts}


def _rightly_bound(company: Company) -> int:
    """Count the people in rooms who are bound to the store that is theirs."""
    with scope.reading(company.brand):
        known = HandleView.objects.filter(is_staff=False).exclude(person_id=None)
        handles = dict(known.values_list("key", "person_id"))
        has = set(
            StorePersonView.objects.filter(person_id__in=handles.values()).values_list(
                "person_id", "store_id"
            )
        )
        seated = Counter(
            Occupant.objects.filter(is_staff=False).values_list("handle_id", flat=True)
        )
        pks = dict(HandleView.objects.filter(is_staff=False).values_list("key", "pk"))
    return sum(
        seated[pks[key]]
        for key, store_id in company.stores.items()
        if key in handles and (handles[key], store_id) in has
    )


def tell_everybody(company: Company, text: str) -> dict[str, int]:
    """Send a message to all store groups; its owners confirm it on their phones; what became of it."""
    hq = company.headquarters
    composition = Composition(title="中秋政策", text=text)
    broadcast_id = compose_broadcast(
        actor=hq, broadcast_id=None, composition=composition, now=clock.now()
    )
    send_broadcast(actor=hq, broadcast_id=broadcast_id, now=clock.now())
    for _ in range(300):  # an answer that was lost is looked for; after a minute it never arrived
        messaging_jobs.deliver(company.brand.enterprise_id, broadcast_id)
        states = _deliveries(company, broadcast_id)
        if not states.keys() & {"planned", "sending", "unknown"}:
            break
        time.sleep(0.5)
    asked = _open_tasks(company, "confirm")
    confirm(company)
    for _ in range(60):
        _let_time_pass(company)
        messaging_jobs.look_after_people(0)
        states = _deliveries(company, broadcast_id)
        if not states["with_person"]:
            break
        time.sleep(0.5)
    posted = sum(
        text in message["text"] and message["status"].get(target) == 1
        for message in company.truth()["mass_messages"]
        for targets in message["targets"].values()
        for target in targets
    )
    return {"tasks": asked, "left": _open_tasks(company, "confirm"), "posted": posted, **states}


def _let_time_pass(company: Company) -> None:
    """Let the platform be asked again now, which is otherwise done every few minutes."""
    with scope.writing(company.brand):
        Confirmation.objects.update(looked_at=None)


def _deliveries(company: Company, broadcast_id: int) -> Counter[str]:
    with scope.reading(company.brand):
        rows = Delivery.objects.filter(broadcast_id=broadcast_id)
        return Counter(rows.values_list("state", flat=True))


def _open_tasks(company: Company, kind: str) -> int:
    with scope.reading(company.brand):
        return Task.objects.filter(kind=kind, state=OPEN).count()


def confirm(company: Company) -> int:
    """Everybody confirms what waits on the phone."""
    taps = 0
    for message in company.truth()["mass_messages"]:
        for userid in message["targets"]:
            if userid not in message["sent_at"]:
                company.sandbox.post("people/confirm_mass", userid=userid, msgid=message["msgid"])
                taps += 1
    return taps


def leave(company: Company, leaver: str, heir: str, *, resigns: bool) -> dict[str, int]:
    """Somebody leaves: his groups go to another, on the job or after he has resigned on the platform."""
    hq = company.headquarters
    if resigns:
        company.sandbox.post("people/resign", userid=leaver)
    wish = HandoverWish(
        staff_id=company.staff[leaver].pk,
        on=clock.now().date(),
        successor_id=company.staff[heir].pk,
    )
    version = review_handover(hq, wish).version
    done = hand_over_staff(actor=hq, wish=wish, version=version, now=clock.now())
    left = _settled(company, "owner")
    return {"groups": done.groups, "rooms_asked": done.rooms_asked, "left": left}


def _settled(company: Company, kind: str) -> int:
    """Take what was asked to the platform until it is done; how many are left."""
    for _ in range(60):
        community_jobs.settle_requests(enterprise_id=company.brand.enterprise_id)
        if not (left := _requests(company, kind)):
            break
        time.sleep(0.5)
    return left


def _requests(company: Company, kind: str) -> int:
    with scope.reading(company.brand):
        rows = Request.objects.filter(kind=kind)
        return rows.exclude(state__in=("done", "withdrawn")).count()


def plan_onto(company: Company) -> dict[str, int]:
    """Plan the whole from the groups there are, apply it, and let people open what rooms it needs."""
    hq, brand = company.headquarters, company.brand
    card = layer_card(hq, "store")
    template = replace(card.template, platform="wecom", soft=80, hard=500)
    accounts = [(company.staff[key].pk, patch) for key, patch in company.patches.items()]
    change = LayerChange(layer="store", template=template, accounts=accounts)
    change_layer(actor=hq, change=change, now=clock.now())
    kept = _groups(company)
    part = company.root
    wish = PlanWish(choice="usual", territory_id=part, reserved=10, minimum=10)
    plan_id = draft_plan(actor=hq, wish=wish, now=clock.now()).plan_id
    planned = plan_matrix(actor=brand, plan_id=plan_id, now=clock.now())
    approve_plan(actor=hq, plan_id=plan_id, version=0, now=clock.now())
    apply_plan(actor=hq, plan_id=plan_id, now=clock.now())
    carry_out_plan(actor=brand, plan_id=plan_id, now=clock.now())
    community_jobs.settle_requests(enterprise_id=brand.enterprise_id)
    taps = _do_tasks(company)
    reconcile(company)
    with scope.reading(brand):
        stores = GroupStore.objects.filter(layer="store").count()
        left = Request.objects.exclude(state__in=("done", "withdrawn")).count()
    now = _groups(company)
    return {
        "planned": planned.groups,
        "continued": len(kept & now),
        "new": len(now - kept),
        "retired": len(kept - now),
        "stores": stores,
        "taps": taps,
        "left": left,
    }


def join(company: Company, newcomers: int = 3) -> dict[str, int]:
    """Each patch hangs out a poster; some scan it; how many sit in a group of the patch it hangs in."""
    hq, brand = company.headquarters, company.brand
    opened = {
        patch: open_door(
            actor=hq, door=NewDoor(territory_id=patch, layer="store"), now=clock.now()
        ).door_id
        for patch in company.patches.values()
    }
    for _ in range(60):
        community_jobs.tend_doors(enterprise_id=brand.enterprise_id)
        with scope.reading(brand):
            doors = dict(Door.objects.exclude(way_key="").values_list("pk", "way_key"))
        if len(doors) >= len(opened):
            break
        _let_doors_be_due(company)
        time.sleep(0.5)
    scans = 0
    for number, door_id in enumerate(opened.values()):
        for each in range(newcomers if door_id in doors else 0):
            who = company.sandbox.post("people/new_customer", name=f"新店主{number}-{each}")
            company.sandbox.post(
                "people/scan", config_id=doors[door_id], external_userid=who["external_userid"]
            )
            scans += 1
    time.sleep(READS_LAG)
    reconcile(company)
    with scope.reading(brand):
        came = Member.objects.filter(door_id__in=opened.values(), left_at=None)
        places = {door_id: patch for patch, door_id in opened.items()}
        right = [
            places[door_id or 0] == territory
            for door_id, territory in came.values_list("door_id", "group__territory_id")
        ]
    return {"doors": len(doors), "scans": scans, "came": len(right), "right": sum(right)}


def _let_doors_be_due(company: Company) -> None:
    """Let a platform that was in trouble be asked again now."""
    with scope.writing(company.brand):
        Door.objects.filter(way_key="").update(due_at=clock.now(), lease_until=None, tries=0)


def _groups(company: Company) -> set[int]:
    with scope.reading(company.brand):
        rows = Group.objects.filter(layer="store").exclude(life__in=("merged", "retired"))
        return set(rows.values_list("pk", flat=True))


def _do_tasks(company: Company) -> int:
    """Everybody does on the phone what he is asked: opens rooms, gives names."""
    with scope.reading(company.brand):
        keys = dict(HandleView.objects.filter(is_staff=True).values_list("person_id", "key"))
        asked = list(
            Request.objects.filter(state="with_person").select_related("group").order_by("pk")
        )
    for request in asked:
        if request.kind == "create":
            owner = keys[request.group.owner_person_id]
            company.sandbox.post("people/make_group", userid=owner, name=request.group.name)
        elif request.kind == "rename":
            company.sandbox.post(
                "people/rename_group",
                chat_id=request.group.platform_key,
                name=request.payload["name"],
            )
    return len(asked)
