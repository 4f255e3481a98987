"""Writing what is to be said to many groups."""

import pytest

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
from qunlian.messaging.queries.slices import slice_size
from qunlian.messaging.rules.slices import Slice
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import ASKED, compose, scene, sent
from tests.messaging.test_upload_media import jpeg


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
