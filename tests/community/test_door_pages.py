"""The pages of ways in: opened in the form, listed with who came, closed; counts of welcomes for headquarters."""

from collections.abc import Callable

from django.test import Client

from qunlian.community.actions.join_group import Joining, join_group
from qunlian.community.models import Door, Welcome
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import NOON, Cast
from tests.community import make, ways

LoggedIn = Callable[[Actor], Client]


def test_opened_listed_closed(cast: Cast, logged_in: LoggedIn) -> None:
    brand = system_actor(cast.ids["brand"])
    facts = {"layer": "consumer", "life": "live"}
    make.group(brand.enterprise_id, "东片尝鲜群", territory_id=cast.ids["PA"], **facts)
    client = logged_in(cast.rong)
    assert client.get("/doors/open").status_code == 200
    typed = {
        "territory_id": cast.ids["PA"],
        "layer": "consumer",
        "source": "event",
        "name": "年货节",
    }
    assert client.post("/doors/open", typed).headers["Location"] == "/doors"
    refused = client.post("/doors/open", typed | {"name": "长" * 31})
    assert refused.status_code == 422
    assert "长长长" in refused.content.decode()
    ways.tend(cast)
    with scope.reading(brand):
        door = Door.objects.get()
    joining = Joining(kind="door", target_id=door.pk, name="小雨", phone="13900000044")
    joined = join_group(actor=brand, joining=joining, now=NOON)
    page = client.get("/doors").content.decode()
    for words in ("年货节", "线下活动", "东片尝鲜群", f"/m/j/{door.code}"):
        assert words in page
    assert "线下活动" in client.get(f"/groups/{joined.group_id}").content.decode()
    assert client.get(f"/invitations/posters?door={door.pk}").status_code == 200
    assert client.post(f"/doors/{door.pk}/close").headers["Location"] == "/doors"
    assert f"/m/j/{door.code}" not in client.get("/doors").content.decode()
    assert logged_in(cast.wai).post(f"/doors/{door.pk}/close").status_code == 404


def test_welcomes_are_counted_for_headquarters(cast: Cast, logged_in: LoggedIn) -> None:
    brand = system_actor(cast.ids["brand"])
    with scope.writing(brand):
        for key, state in enumerate(("sent", "sent", "late")):
            Welcome.objects.create(
                enterprise_id=brand.enterprise_id,
                platform="wecom",
                key=str(key),
                state=state,
                told_at=clock.now(),
                asked_at=clock.now(),
            )
    counts = logged_in(cast.hua).get("/doors").context["welcomes"]
    assert (counts.in_time, counts.late, counts.other) == (2, 1, 0)
    assert logged_in(cast.rong).get("/doors").context["welcomes"] is None
