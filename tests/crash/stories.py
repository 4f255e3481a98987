"""What goes on while something is killed: a roster, a plan, a broadcast, a shop. Called ``inside`` a house."""

from pathlib import Path

from qunlian.channel.actions.found_enterprise import Founding, found_enterprise
from qunlian.channel.actions.load_roster import load_roster
from qunlian.channel.actions.upload_roster import upload_roster
from qunlian.channel.models import ImportRun
from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.rosters.fields import Kind
from qunlian.commerce.actions.adjust_stock import adjust_stock
from qunlian.commerce.actions.open_warehouse import open_warehouse
from qunlian.commerce.actions.save_product import ProductDetails, save_product
from qunlian.commerce.actions.set_credit_limit import set_credit_limit
from qunlian.commerce.actions.set_price import PriceTerms, set_price
from qunlian.community.actions.apply_plan import apply_plan
from qunlian.community.actions.approve_plan import approve_plan
from qunlian.community.actions.draft_plan import draft_plan
from qunlian.community.wishes import PlanWish
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.actions.compose_broadcast import Composition, compose_broadcast
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.rules.slices import Slice

LOGIN, PASSWORD = "founder", "a long and odd pass-phrase"
PRICE_FEN = 500
REPS = 20


def founder() -> Actor:
    """Found the brand; return its headquarters."""
    given = Founding(enterprise="甲牌", name="华总", login=LOGIN, password=PASSWORD)
    actor = actor_of_account(
        found_enterprise(founding=given, now=clock.now()).account_id, now=clock.now()
    )
    assert actor is not None
    return actor


def roster(folder: Path, stores: int) -> Path:
    """Write a sheet of stores of twenty reps in two provinces."""
    path = folder / "roster.csv"
    lines = ["门店编码,门店名称,类型,省份,城市,业务员,年销售额（元）"]
    places = ("浙江省,杭州市", "湖南省,长沙市")
    lines += [
        f"S{n:06d},{n}号小店,{('便利店', '超市', '餐饮')[n % 3]},{places[n % REPS * 2 // REPS]},"
        f"业务{n % REPS:02d},{1000 + n % 997}"
        for n in range(stores)
    ]
    path.write_text("\r\n".join(lines), encoding="utf-8")
    return path


def load(actor: Actor, path: Path) -> int:
    """Ask for the file to be loaded; its import's id."""
    now = clock.now()
    card = upload_roster(actor=actor, kind=Kind.STORES, file=path, file_name=path.name, now=now)
    with scope.writing(actor):
        run = ImportRun.objects.get(pk=card.id)
        run.options |= {"creates": True}
        run.save()
    load_roster(actor=actor, run_id=card.id, now=now)
    return card.id


def plan(actor: Actor, territory_id: int) -> int:
    """Ask for a plan of many small groups."""
    wish = PlanWish(territory_id=territory_id, mode="fewest", seats_soft=40, minimum=0)
    return draft_plan(actor=actor, wish=wish, now=clock.now()).plan_id


def approve_and_apply(actor: Actor, plan_id: int, version: int) -> None:
    approve_plan(actor=actor, plan_id=plan_id, version=version, now=clock.now())
    apply_plan(actor=actor, plan_id=plan_id, now=clock.now())


def broadcast(actor: Actor) -> int:
    """Send one message to every group."""
    meant = Slice(layers=("store",), lives=("inviting", "live", "fading"))
    given = Composition(title="中秋政策", text="买十赠一", slice=meant)
    broadcast_id = compose_broadcast(
        actor=actor, broadcast_id=None, composition=given, now=clock.now()
    )
    send_broadcast(actor=actor, broadcast_id=broadcast_id, now=clock.now())
    return broadcast_id


def shop(actor: Actor, store_ids: list[int], units: int) -> int:
    """Lay one product into a warehouse and give the stores credit; the product's id."""
    now = clock.now()
    details = ProductDetails(code="P1", name="苏打饼干", spec="24 × 100 g", unit="箱")
    product_id = save_product(actor=actor, product_id=None, details=details, now=now).product_id
    set_price(actor=actor, product_id=product_id, terms=PriceTerms(price_fen=PRICE_FEN), now=now)
    main = open_warehouse(actor=actor, code="W0", name="总仓", now=now).warehouse_id
    adjust_stock(
        actor=actor,
        product_id=product_id,
        warehouse_id=main,
        change=units,
        note="opening stock",
        now=now,
    )
    for store_id in store_ids:
        set_credit_limit(actor=actor, store_id=store_id, limit_fen=100_000_000, now=now)
    return product_id
