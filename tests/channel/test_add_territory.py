"""Territories are added below their parents."""

from collections.abc import Callable

import pytest
from django.test import Client

from qunlian.channel.actions.add_territory import NewTerritory, add_territory
from qunlian.channel.models import Territory
from qunlian.channel.rules.entries import CodeRefused, TextRefused
from qunlian.channel.steps import CodeTaken
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast


def paths(cast: Cast) -> dict[str, tuple[str, int]]:
    with scope.reading(cast.hua):
        return {row.code: (row.path, row.depth) for row in Territory.objects.all()}


def test_a_territory_is_added_below_its_parent(cast: Cast) -> None:
    new = NewTerritory(parent_id=cast.ids["N-1"], code="PC", name=" 石原  南片 ", is_patch=True)
    added = add_territory(actor=cast.hua, new=new, now=NOON)
    known = paths(cast)
    assert added.path == f"{known['N-1'][0]}{added.territory_id}/"
    assert known["PC"] == (added.path, 2)
    with pytest.raises(CodeTaken):
        add_territory(actor=cast.hua, new=new, now=NOON)


@pytest.mark.parametrize(
    ("code", "name", "refusal"),
    [("P C", "x", CodeRefused), ("", "x", CodeRefused), ("PC", " ", TextRefused)],
)
def test_what_cannot_be_kept_is_refused(
    cast: Cast, code: str, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        add_territory(
            actor=cast.hua, new=NewTerritory(parent_id=None, code=code, name=name), now=NOON
        )


def test_the_form_has_a_page_of_its_own_and_keeps_what_was_typed(
    cast: Cast, logged_in: Callable[[Actor], Client]
) -> None:
    client = logged_in(cast.hua)
    assert "石原西片" not in client.get("/territories").content.decode()
    form = client.get(f"/territories/add?below={cast.ids['N-1']}")
    assert [one.id for one, is_on in form.context["parents"].choices if is_on] == [cast.ids["N-1"]]
    typed = {"parent": cast.ids["N-1"], "code": "PA", "name": "南片"}
    refused = client.post("/territories/add", typed)
    assert refused.status_code == CodeTaken.status
    assert 'value="南片"' in refused.content.decode()
    assert client.post("/territories/add", typed | {"code": "PC"}).status_code == 302
    assert paths(cast)["PC"][1] == 2
    assert logged_in(cast.ma).get("/territories/add").status_code == 404
