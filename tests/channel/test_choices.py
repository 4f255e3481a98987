"""Choosing one of very many in a form: found by typing, within reach, and never lost by saving."""

from collections.abc import Callable

import pytest
from django.test import Client

from qunlian.channel.models import Store
from qunlian.channel.queries import choices
from qunlian.channel.queries.choices import (
    distributors_to_choose,
    staff_to_choose,
    territories_to_choose,
)
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from tests.cast_words import Cast

Browser = Callable[[Actor], Client]


def test_what_is_offered_lies_within_reach(cast: Cast) -> None:
    assert {one.name for one in distributors_to_choose(cast.hua, "D")} == {"丁记商贸", "杜氏批发"}
    assert [one.name for one in distributors_to_choose(cast.du, "")] == ["杜氏批发"]
    assert distributors_to_choose(cast.wai, "丁") == ()
    mine = {one.id for one in territories_to_choose(cast.rong, "", [cast.ids["PB"]])}
    assert cast.ids["PB"] not in mine
    assert cast.ids["PA"] in mine
    assert [one.name for one in staff_to_choose(cast.hua, "荣")] == ["荣业务"]
    assert [one.note for one in staff_to_choose(cast.hua, "R")] == ["R1", "R2"]
    assert staff_to_choose(cast.wai, "荣") == ()


def test_a_part_of_the_name_finds_and_what_is_chosen_stays(cast: Cast, logged_in: Browser) -> None:
    desk, ids = logged_in(cast.hua), cast.ids
    found = desk.get("/choices/territory/parent", {"parent_q": "西片", "parent": ids["PA"]})
    offered = [(one.name, is_on) for one, is_on in found.context["picks"].choices]
    assert offered == [("石原东片", True), ("石原西片", False)]
    nothing = desk.get("/choices/staff/superior", {"superior_q": "没有这个人"})
    assert nothing.context["picks"].is_empty
    assert desk.get("/choices/anything/x").status_code == 404


def test_a_form_saved_as_it_stands_moves_nothing(
    cast: Cast, logged_in: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices, "FIRST_CHOICES", 1)  # as if there were thousands before it
    desk, store = logged_in(cast.hua), cast.ids["B1"]
    page = desk.get(f"/stores/{store}/enter")
    for name, wanted in (("territories", "PB"), ("distributors", None)):
        chosen = [one.id for one, is_on in page.context[name].choices if is_on]
        assert chosen == ([cast.ids[wanted]] if wanted else [])
    with scope.reading(cast.hua):
        row = Store.objects.get(pk=store)
    form = {"name": row.name, "territory": str(row.territory_id), "type": row.type}
    assert desk.post(f"/stores/{store}/enter", form).status_code == 302
    with scope.reading(cast.hua):
        assert Store.objects.get(pk=store).territory_id == cast.ids["PB"]
