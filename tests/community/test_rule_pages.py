"""The pages of rules: what follows is seen before it is noted, the member reads it, appeals are decided."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qunlian.community.actions.change_group_rules import GroupRules, change_group_rules
from qunlian.community.queries.ladder import group_ladder
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast
from tests.community.offences import breach, carry_out, noted, stands
from tests.messaging.scenes import say, scene

LoggedIn = Callable[[Actor], Client]


@pytest.fixture
def room(cast: Cast) -> int:
    here = scene(cast).a
    rules = GroupRules(group_id=here, theme="", rules="一、不发广告\n二、有问必答")
    change_group_rules(actor=cast.rong, rules=rules, now=NOON)
    return here


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_from_a_message_to_what_follows(cast: Cast, room: int, logged_in: LoggedIn) -> None:
    say(cast, room, "加微信领红包", by=cast.oyang)
    rong = logged_in(cast.rong)
    link = re.search(
        rf'href="(/groups/{room}/breaches/new\?message=1)"',
        _page(rong, f"/groups/{room}?tab=messages"),
    )
    assert link is not None
    form = _page(rong, link.group(1))
    for words in ("加微信领红包", "欧阳店主", "一、不发广告", "提醒群规", "系统立即执行"):
        assert words in form
    typed = {"message": "1", "rule": "一、不发广告", "step": "remind"}
    answer = rong.post(f"/groups/{room}/breaches/new", typed, follow=True)
    log = answer.content.decode()
    assert "已记录，后续措施正在进行。" in log
    assert "一、不发广告" in log
    assert "加微信领红包" in log


def test_from_a_member_and_a_refusal_keeps_what_was_typed(
    cast: Cast, room: int, logged_in: LoggedIn
) -> None:
    rong = logged_in(cast.rong)
    person = cast.oyang.person_id
    assert f"breaches/new?person={person}" in _page(rong, f"/groups/{room}")
    typed = {"person": person, "words": "我写的话", "step": "remind"}
    refused = rong.post(f"/groups/{room}/breaches/new", typed)
    assert refused.status_code == 422
    assert "我写的话" in refused.content.decode()
    typed |= {"other": "不吵架"}
    assert rong.post(f"/groups/{room}/breaches/new", typed).status_code == 302
    (first,) = [row for row in range(1, 2) if breach(cast, row).rule == "不吵架"]
    assert breach(cast, first).words == "我写的话"


def test_the_group_chooses_its_steps(cast: Cast, room: int, logged_in: LoggedIn) -> None:
    rong = logged_in(cast.rong)
    typed = {
        "theme": "",
        "rules": "一、不发广告",
        "steps": ["remind", "remove"],
        "window_days": "30",
    }
    rong.post(f"/groups/{room}/rules", typed)
    found = group_ladder(cast.rong, room)
    assert [step for step, _way, _note in found.steps] == ["remind", "remove"]
    assert (found.window_days, found.is_own) == (30, True)
    shown = _page(rong, f"/groups/{room}?tab=rules")
    assert "30 天" in shown
    rong.post(f"/groups/{room}/rules", typed | {"steps": []})
    assert not group_ladder(cast.rong, room).is_own


def test_lifting_from_the_log(cast: Cast, room: int, logged_in: LoggedIn) -> None:
    first = noted(cast, room).breach_id
    ma = logged_in(cast.ma)
    assert f"lift-{first}" in _page(ma, f"/groups/{room}?tab=rules")
    shown = ma.post(f"/breaches/{first}/lift", {"why": "看错了"}, follow=True).content.decode()
    assert "看错了" in shown
    assert stands(cast, first)[2] == "lifted"


def test_the_member_reads_and_appeals_and_the_manager_decides(
    cast: Cast, room: int, logged_in: LoggedIn
) -> None:
    first = noted(cast, room).breach_id
    oyang, ma = logged_in(cast.oyang), logged_in(cast.ma)
    assert 'class="m-unread">1<' in _page(oyang, "/m/me")
    own = _page(oyang, "/m/rules")
    assert "二、有问必答" in own
    assert breach(cast, first).words in own
    empty = oyang.post(f"/m/rules/{first}/appeal", {"words": " "})
    assert (empty.status_code, "请用 1 到 500 个字" in empty.content.decode()) == (422, True)
    sent = oyang.post(f"/m/rules/{first}/appeal", {"words": "那是我家新品"}, follow=True)
    assert "申诉已提交，等待答复" in sent.content.decode()
    assert "条成员申诉待裁定" in _page(ma, "/")
    waiting = _page(ma, "/groups/appeals")
    assert "那是我家新品" in waiting
    refused = ma.post(f"/breaches/{first}/decide", {"answer": "refuse"})
    assert (refused.status_code, "告诉成员原因" in refused.content.decode()) == (422, True)
    granted = {"answer": "grant", "words": "误会"}
    assert (
        "没有待裁定的申诉"
        in ma.post(f"/breaches/{first}/decide", granted, follow=True).content.decode()
    )
    answered = _page(oyang, "/m/rules")
    assert "申诉已同意，这条不计入" in answered
    assert "误会" in answered


def test_a_packet_is_told_and_its_task_says_so(cast: Cast, room: int, logged_in: LoggedIn) -> None:
    noted(cast, room)
    carry_out(cast)
    second = noted(cast, room).breach_id
    carry_out(cast)
    oyang, rong = logged_in(cast.oyang), logged_in(cast.rong)
    oyang.post(f"/m/rules/{second}/packet")
    assert "我们会去群里看一看" in _page(oyang, "/m/rules")
    log = _page(rong, f"/groups/{room}?tab=rules")
    task = re.search(r'href="(/tasks/\d+)"', log)
    assert task is not None
    card = _page(rong, task.group(1))
    for words in ("他说红包已经发了", "到时间了，没有发红包", "不发广告"):
        assert words in card


def test_who_is_silent_sees_why(cast: Cast, room: int, logged_in: LoggedIn) -> None:
    from qunlian.community.models import Breach
    from qunlian.kernel import clock, scope
    from qunlian.kernel.actor import system_actor

    for _ in range(3):
        last = noted(cast, room)
        carry_out(cast)
    with scope.writing(system_actor(cast.ids["brand"])):
        later = clock.now().replace(year=clock.now().year + 1)
        Breach.objects.filter(pk=last.breach_id).update(until_at=later)
    oyang = logged_in(cast.oyang)
    chat = _page(oyang, f"/m/chats/{room}")
    assert "查看原因、提出申诉" in chat
    assert "data-composer" not in chat
    refused = oyang.post(
        f"/m/chats/{room}/post",
        {"key": "key-12345", "text": "让我说"},
        content_type="application/json",
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "messaging.muted")


def test_others_see_the_rules_and_nobodys_breaches(
    cast: Cast, room: int, logged_in: LoggedIn
) -> None:
    first = noted(cast, room).breach_id
    du = logged_in(cast.du)
    assert du.get(f"/groups/{room}?tab=rules").status_code == 404
    song = logged_in(cast.song)
    assert song.get(f"/groups/{room}/breaches/new?person={cast.oyang.person_id}").status_code == 404
    assert logged_in(cast.rong).get("/groups/appeals").status_code == 404
    assert song.post(f"/breaches/{first}/lift").status_code == 404
    assert logged_in(cast.wei).post(f"/m/rules/{first}/appeal", {"words": "x"}).status_code == 404


def test_as_many_queries_for_one_breach_as_for_many(
    cast: Cast, room: int, logged_in: LoggedIn
) -> None:
    rong, oyang = logged_in(cast.rong), logged_in(cast.oyang)
    for _ in range(2):
        noted(cast, room)
        carry_out(cast)

    def asked() -> list[int]:
        counts = []
        for client, address in ((rong, f"/groups/{room}?tab=rules"), (oyang, "/m/rules")):
            _page(client, address)
            with CaptureQueriesContext(connection) as seen:
                _page(client, address)
            counts.append(len(seen))
        return counts

    few = asked()
    for seq in range(1, 3):
        noted(cast, room, seq=seq)
        carry_out(cast)
    assert asked() == few
