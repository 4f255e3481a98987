"""Writing what is to be said to many groups."""

from collections.abc import Callable

import pytest
from django.test import Client

from qunlian.channel.models import Store
from qunlian.community.models import GroupStore
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.compose_broadcast import (
    AlreadyUnderway,
    BadBroadcast,
    Composition,
    MayNotBroadcast,
    compose_broadcast,
)
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.actions.upload_media import Upload, upload_media
from qunlian.messaging.queries.broadcasts import broadcast_card, list_broadcasts
from qunlian.messaging.queries.slices import groups_to_choose, slice_size
from qunlian.messaging.rules.slices import Slice
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import ASKED, compose, scene, sent
from tests.messaging.test_upload_media import jpeg

Browser = Callable[[Actor], Client]


def test_a_draft_is_kept_and_changed(cast: Cast) -> None:
    broadcast_id = compose(cast, **ASKED)
    again = compose_broadcast(
        actor=cast.hua,
        broadcast_id=broadcast_id,
        composition=Composition(title="新题", text="新文", slice=Slice(layers=("store",))),
        now=NOON,
    )
    card = broadcast_card(cast.hua, again)
    assert again == broadcast_id
    assert (card.title, card.body, card.question, card.state) == (
        "新题",
        {"text": "新文"},
        "",
        "draft",
    )
    assert card.slice.layers == ("store",)
    assert [row.broadcast_id for row in list_broadcasts(cast.hua).rows] == [broadcast_id]


def test_a_picture_belongs_to_the_broadcast(cast: Cast) -> None:
    token = upload_media(
        actor=cast.hua, upload=Upload(kind="image", content=jpeg()), now=NOON
    ).token
    card = broadcast_card(cast.hua, compose(cast, media_token=token, text=""))
    assert (card.kind, card.body["media"]) == ("image", token)
    with pytest.raises(BadBroadcast):
        compose_broadcast(
            actor=cast.ma,
            broadcast_id=None,
            composition=Composition(title="x", media_token=token),
            now=NOON,
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"text": " "},
        {"text": "长" * 2001},
        {"question": "？", "options": ("一",), "right_option": 0},
        {"question": "？", "options": ("一", "一"), "right_option": 0},
        {"question": "？", "options": ("一", "二")},
        {"question": "？", "options": ("一", "二"), "right_option": 2},
        {"options": ("一", "二"), "right_option": 0},
    ],
    ids=str,
)
def test_what_is_missing_is_said(cast: Cast, wrong: dict[str, object]) -> None:
    with pytest.raises(BadBroadcast):
        compose(cast, **wrong)


def test_the_preview_counts_within_reach(cast: Cast) -> None:
    scene(cast)
    everything = slice_size(cast.hua, Slice())
    assert (everything.groups, everything.people) == (2, 1)
    assert slice_size(cast.rong, Slice()).groups == 1
    assert slice_size(cast.hua, Slice(territory_ids=(cast.ids["PB"],))).sample == ("西街群",)
    assert slice_size(cast.hua, Slice(territory_ids=(cast.ids["N"],))).groups == 2
    assert slice_size(cast.hua, Slice(layers=("vip",))).groups == 0
    assert slice_size(cast.hua, Slice(tags=("甲",))).groups == 0
    assert slice_size(cast.wai, Slice()).groups == 0


def test_others_neither_see_nor_change_a_draft(cast: Cast) -> None:
    broadcast_id = compose(cast)
    for stranger in (cast.ma, cast.rong, cast.wai):
        with pytest.raises(NotFound):
            broadcast_card(stranger, broadcast_id)
        with pytest.raises(NotFound):
            compose_broadcast(
                actor=stranger,
                broadcast_id=broadcast_id,
                composition=Composition(title="x", text="x"),
                now=NOON,
            )
    with pytest.raises(MayNotBroadcast):
        compose_broadcast(
            actor=cast.oyang,
            broadcast_id=None,
            composition=Composition(title="x", text="x"),
            now=NOON,
        )


def test_a_sent_one_stands(cast: Cast) -> None:
    scene(cast)
    broadcast_id = sent(cast)
    with pytest.raises(AlreadyUnderway):
        compose_broadcast(
            actor=cast.hua,
            broadcast_id=broadcast_id,
            composition=Composition(title="x", text="x"),
            now=NOON,
        )


def test_a_scheduled_one_that_is_changed_is_a_draft_again(cast: Cast) -> None:
    scene(cast)
    broadcast_id = compose(cast)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    compose_broadcast(
        actor=cast.hua,
        broadcast_id=broadcast_id,
        composition=Composition(title="x", text="x"),
        now=NOON,
    )
    assert broadcast_card(cast.hua, broadcast_id).state == "draft"


def _hold(cast: Cast, group_id: int, *codes: str) -> None:
    """Let a group hold stores."""
    with scope.writing(system_actor(cast.ids["brand"])):
        for code in codes:
            GroupStore.objects.create(
                enterprise_id=cast.ids["brand"],
                layer="store",
                store_id=cast.ids[code],
                group_id=group_id,
                since_at=NOON,
            )


def test_a_slice_by_distributor_means_its_subtree_and_the_stores_it_serves(cast: Cast) -> None:
    here = scene(cast)
    _hold(cast, here.a, "A1", "A2")
    _hold(cast, here.b, "B1")
    for distributor in ("D1", "D2"):  # Du serves A1; Ding stands above Du
        chosen = Slice(distributor_ids=(cast.ids[distributor],))
        assert slice_size(cast.hua, chosen).sample == ("东街群",)
    assert slice_size(cast.du, Slice(distributor_ids=(cast.ids["D2"],))).groups == 1
    # out of reach: a rep of another patch, a distributor below, another enterprise
    for stranger, distributor in ((cast.song, "D2"), (cast.du, "D1"), (cast.wai, "D2")):
        out_of_reach = Slice(distributor_ids=(cast.ids[distributor],))
        assert slice_size(stranger, out_of_reach).groups == 0
    assert slice_size(cast.rong, Slice(territory_ids=(cast.ids["PB"],))).groups == 0


def test_a_slice_by_type_means_groups_that_hold_such_stores(cast: Cast) -> None:
    here = scene(cast)
    _hold(cast, here.a, "A1")
    _hold(cast, here.b, "B1")
    with scope.writing(system_actor(cast.ids["brand"])):
        Store.objects.filter(pk=cast.ids["A1"]).update(type="烟酒店")
        Store.objects.filter(pk=cast.ids["B1"]).update(type="便利店")
    assert slice_size(cast.hua, Slice(store_types=("烟酒店",))).sample == ("东街群",)
    assert slice_size(cast.hua, Slice(store_types=("烟酒店", "便利店"))).groups == 2
    assert slice_size(cast.song, Slice(store_types=("烟酒店",))).groups == 0


def test_what_is_offered_to_choose_lies_within_reach(cast: Cast) -> None:
    here = scene(cast)
    assert {one.id for one in groups_to_choose(cast.rong, "街群")} == {here.a}
    assert groups_to_choose(cast.rong, "", [here.b]) == ()


def test_the_form_finds_chooses_and_keeps(cast: Cast, logged_in: Browser) -> None:
    scene(cast)
    desk = logged_in(cast.hua)
    found = desk.get("/broadcasts/choices/distributor", {"distributor_q": "杜氏"})
    assert f'value="{cast.ids["D2"]}"' in found.content.decode()
    chosen = {"distributor_q": "丁", "distributor": cast.ids["D2"]}
    assert "checked" in desk.get("/broadcasts/choices/distributor", chosen).content.decode()
    assert desk.get("/broadcasts/choices/anything").status_code == 404
    form = {
        "title": "给杜氏",
        "text": "到货",
        "distributor": cast.ids["D2"],
        "store_type": "烟酒店",
        "layer": "store",
    }
    kept = desk.post("/broadcasts/new", form)["Location"]
    of = broadcast_card(cast.hua, int(kept.rsplit("/", 1)[1])).slice
    assert (of.distributor_ids, of.store_types) == ((cast.ids["D2"],), ("烟酒店",))
    again = desk.get(f"{kept}/edit").content.decode()
    assert f'name="distributor" value="{cast.ids["D2"]}" checked' in again


def test_a_short_video_is_attached(cast: Cast) -> None:
    film = upload_media(
        actor=cast.hua,
        upload=Upload(kind="video", content=b"\0\0\0\x18ftypmp42" + b"\0" * 64, duration_ms=4000),
        now=NOON,
    )
    broadcast_id = compose(cast, media_token=film.token)
    card = broadcast_card(cast.hua, broadcast_id)
    assert (card.kind, card.body["media_kind"]) == ("video", "video")
    with pytest.raises(BadBroadcast):
        compose_broadcast(
            actor=cast.rong,
            broadcast_id=None,
            composition=Composition(title="x", media_token=film.token),
            now=NOON,
        )
