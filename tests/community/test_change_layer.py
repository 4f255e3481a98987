"""The template of a layer: its defaults, changing it, and plans that follow it."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from qunlian.community.actions.change_layer import (
    LayerChange,
    LayerUnsound,
    NoSuchAccount,
    change_layer,
)
from qunlian.community.queries.ladder import group_ladder
from qunlian.community.queries.layers import layer_card, list_layers
from qunlian.community.rules.ladder import Ladder
from qunlian.community.rules.layers import DEFAULTS
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans
from tests.community.offences import noted
from tests.community.words import East

if TYPE_CHECKING:
    from django.test import Client

SEEDS = DEFAULTS["consumer"]


def test_without_a_row_a_layer_follows_the_defaults(cast: Cast) -> None:
    cards = list_layers(cast.guan)
    assert [card.layer for card in cards] == ["distributor", "store", "consumer"]
    assert all(card.is_default and card.template == DEFAULTS[card.layer] for card in cards)


def test_a_change_is_kept_followed_and_told_in_the_journal(cast: Cast) -> None:
    ids = cast.ids
    wanted = replace(SEEDS, name_pattern="{place}尝鲜团", theme="尝鲜", messages_per_day=4.5)
    change = LayerChange(layer="consumer", template=wanted, accounts=[(ids["G1"], ids["N"])])
    card = change_layer(actor=cast.hua, change=change, now=NOON)
    assert card.template == wanted
    assert [(a.name, a.territory_name) for a in card.accounts] == [("管群", "华北大区")]
    plan_id = plans.planned(cast.hua, layers=("consumer",))
    whole, district = plans.groups(ids["brand"], plan_id)
    assert (whole.name, district.name) == ("总部尝鲜团", "石原市尝鲜团")
    assert (whole.owner_staff_id, district.owner_staff_id) == (ids["HQ1"], ids["G1"])
    with scope.reading(cast.hua), connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM kernel_fact WHERE name = 'community.layer_changed'")
        ((payload,),) = cursor.fetchall()
    assert '"messages_per_day": [3.0, 4.5]' in str(payload).replace("'", '"')
    assert '"theme"' in str(payload).replace("'", '"')


def test_groups_without_a_ladder_of_their_own_have_their_layers(
    cast: Cast, two_groups: East
) -> None:
    wanted = Ladder(steps=("remind", "remove"), window_days=30)
    template = replace(DEFAULTS["store"], ladder=wanted)
    change = LayerChange(layer="store", template=template, accounts=[])
    assert change_layer(actor=cast.hua, change=change, now=NOON).template.ladder == wanted
    found = group_ladder(cast.rong, two_groups.east)
    assert [step for step, _way, _note in found.steps] == ["remind", "remove"]
    assert (found.window_days, found.is_own) == (30, False)
    assert [noted(cast, two_groups.east).step for _ in "12"] == ["remind", "remove"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_pattern", "{brand}"),
        ("theme", "长" * 81),
        ("purposes", ()),
        ("ladder", Ladder(steps=())),
        ("ladder", Ladder(window_days=0)),
        ("soft", 1),
        ("hard", 5000),
        ("reserved", 5000),
        ("steward_role", "boss"),
        ("superiors", 3),
        ("owner_policy", "anybody"),
        ("messages_per_day", 51.0),
        ("follow_limit", 0),
        ("manager_limit", 0),
        ("platform", "pigeon"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast: Cast, field: str, value: object) -> None:
    change = LayerChange(layer="consumer", template=replace(SEEDS, **{field: value}))
    with pytest.raises(LayerUnsound) as refusal:
        change_layer(actor=cast.hua, change=change, now=NOON)
    assert refusal.value.facts["field"] == field


def test_headquarters_alone_changes_it_and_only_layers_that_are_planned(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        change_layer(actor=cast.ma, change=LayerChange(layer="consumer", template=SEEDS), now=NOON)
    with pytest.raises(NotFound):
        change_layer(actor=cast.hua, change=LayerChange(layer="vip", template=SEEDS), now=NOON)


def test_an_outsiders_account_and_place_are_not_there(cast: Cast) -> None:
    for accounts in ([(cast.wai.staff_id, None)], [(cast.ids["G1"], cast.ids["X"])]):
        with pytest.raises(NoSuchAccount):
            change_layer(
                actor=cast.hua,
                change=LayerChange(layer="consumer", template=SEEDS, accounts=accounts),
                now=NOON,
            )
    assert layer_card(cast.hua, "consumer").is_default


def test_the_pages_show_and_change_it(cast: Cast, logged_in) -> None:
    hua: Client = logged_in(cast.hua)
    assert "种子用户群" in hua.get("/layers").content.decode()
    form = {
        "name_pattern": "{place}尝鲜团",
        "theme": "尝鲜",
        "rules": "一、说真话。",
        "purposes": ["spread", "sell"],
        "platform": "web",
        "soft": "100",
        "hard": "",
        "reserved": "5",
        "steward_role": "group_manager",
        "superiors": "1",
        "owner_policy": "least_loaded",
        "account_staff": str(cast.ids["G1"]),
        "account_place": "",
        "messages_per_day": "2.5",
        "follow_limit": "20",
        "manager_limit": "40",
    }
    wrong = hua.post("/layers/consumer", form | {"name_pattern": "团", "theme": "不能丢"})
    assert wrong.status_code == 200
    assert "不能丢" in wrong.content.decode()
    assert hua.post("/layers/consumer", form)["Location"] == "/layers"
    card = layer_card(cast.hua, "consumer")
    assert (card.template.soft, card.template.purposes) == (100, ("spread", "sell"))
    assert [each.staff_id for each in card.accounts] == [cast.ids["G1"]]
    both = form | {
        "accounts": f"{cast.ids['G1']}:",
        "account_staff": str(cast.ids["HQ1"]),
        "account_place": str(cast.ids["N"]),
    }
    assert hua.post("/layers/consumer", both)["Location"] == "/layers"
    accounts = layer_card(cast.hua, "consumer").accounts
    assert {(each.staff_id, each.territory_id) for each in accounts} == {
        (cast.ids["G1"], None),
        (cast.ids["HQ1"], cast.ids["N"]),
    }
    none = form | {"account_staff": ""}
    assert hua.post("/layers/consumer", none)["Location"] == "/layers"
    assert layer_card(cast.hua, "consumer").accounts == ()
    assert "华总" in hua.get("/layers/consumer").content.decode()
    ma = logged_in(cast.ma)
    assert ma.get("/layers/consumer").status_code == 200
    assert hua.get("/layers/vip").status_code == 404
