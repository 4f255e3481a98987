"""What changed since the groups began: a rep left, shops opened, moved and closed; a plan for it waits."""

from dataclasses import replace

from qunlian.channel.actions.close_store import close_store
from qunlian.channel.actions.upsert_store import StoreEntry, upsert_store
from qunlian.channel.queries.stores import StoreFilter, StoreRow, list_stores
from qunlian.cli.demo_load.laying import Laying, place_of
from qunlian.community.actions.decline_moves import MovesDeclined, decline_moves
from qunlian.community.actions.draft_plan import draft_plan
from qunlian.community.actions.hand_over_staff import AlreadyLeft, hand_over_staff
from qunlian.community.actions.plan_matrix import plan_matrix
from qunlian.community.queries.handover import HandoverWish, review_handover
from qunlian.community.queries.moves import all_moves
from qunlian.community.queries.plans import list_plans, plan_card
from qunlian.community.wishes import PlanWish

PLAN_AGAIN = "嘉兴按现有群调整（待审批）"
PROVINCE, CITY = "33", "3304"
#: Who left, before the conversations and messages that can still be read.
LEAVER = "YW012"
LEFT_DAYS_AGO = 26
CHANGED_DAYS_AGO = 4
#: Codes and names of shops that opened last week.
OPENED = (
    ("MD900001", "晨光烟酒店（新开）"),
    ("MD900002", "东门口好邻居便利店（新开）"),
    ("MD900003", "老街食品行（新开）"),
)
_LOOKED_AT = 500
_DECLINED = 2


def hand_over(laying: Laying) -> None:
    """Let a rep leave: patches, stores and groups pass to a colleague under the same manager."""
    staff = laying.staff()
    leaver = staff.get(LEAVER)
    if leaver is None:
        return
    heirs = [
        row
        for row in staff.values()
        if row.role == "rep" and row.superior_id == leaver.superior_id and row.code != LEAVER
    ]
    if not heirs:
        return
    at = laying.moment(LEFT_DAYS_AGO, 17, 30)
    wish = HandoverWish(
        staff_id=leaver.id,
        on=at.date(),
        successor_id=heirs[-1].id,
    )
    version = review_handover(laying.headquarters, wish).version
    try:
        hand_over_staff(actor=laying.headquarters, wish=wish, version=version, now=at)
    except AlreadyLeft:
        return


def plan_again(laying: Laying) -> None:
    """Change a city's roster as reps report it, plan its groups again, decline what is not worth a move."""
    known = {card.name for card in list_plans(laying.headquarters).rows}
    city = place_of(laying, PROVINCE, CITY)
    if city is None:
        return
    if PLAN_AGAIN not in known:
        _change(laying, city)
        wish = PlanWish(mode="balanced", territory_id=city, name=PLAN_AGAIN, choice="best")
        draft_plan(actor=laying.headquarters, wish=wish, now=laying.moment(1, 10))
    plan_id = next(c.plan_id for c in list_plans(laying.headquarters).rows if c.name == PLAN_AGAIN)
    if plan_card(laying.headquarters, plan_id).state != "waiting":
        return
    plan_matrix(actor=laying.machinery, plan_id=plan_id, now=laying.moment(1, 10, 1))
    _decline(laying, plan_id)


def _change(laying: Laying, city: int) -> None:
    """Open three shops, move two into the neighbouring patch, close one."""
    at = laying.moment(CHANGED_DAYS_AGO, 16)
    wanted = StoreFilter(territory_id=city, status="open")
    rows = list_stores(laying.headquarters, wanted, take=_LOOKED_AT).rows
    if not rows:
        return
    first, patches = rows[0], list(dict.fromkeys(row.territory_id for row in rows))
    here = [row for row in rows if row.territory_id == first.territory_id]
    for code, name in OPENED:
        entry = replace(_entry(first), code=code, name=name, size_fen=0, closeness=50)
        upsert_store(actor=laying.headquarters, entry=entry, now=at)
    for row in here[1:3] if len(patches) > 1 else ():
        entry = replace(_entry(row), territory_id=patches[1])
        upsert_store(actor=laying.headquarters, entry=entry, now=at)
    for row in here[3:4]:
        close_store(actor=laying.headquarters, store_id=row.id, now=at)


def _entry(row: StoreRow) -> StoreEntry:
    return StoreEntry(
        code=row.code,
        name=row.name,
        territory_id=row.territory_id,
        distributor_id=row.distributor_id,
        type=row.type,
        management=row.management,
        size_fen=row.size_fen,
        closeness=row.closeness,
        status=row.status,
        expected_people=row.expected_people,
        address=row.address,
    )


def _decline(laying: Laying, plan_id: int) -> None:
    """Leave in their groups the stores that gain least by moving."""
    moves = [move for move in all_moves(laying.headquarters, plan_id) if move.may_decline]
    least = sorted(moves, key=lambda move: (move.gain, move.store_id))[:_DECLINED]
    if least:
        declined = MovesDeclined(
            plan_id=plan_id,
            version=plan_card(laying.headquarters, plan_id).version,
            store_ids=tuple(move.store_id for move in least),
        )
        decline_moves(actor=laying.headquarters, declined=declined, now=laying.moment(1, 11, 20))
