"""Each wrapped call, as the sandbox takes it: it refuses fields that WeCom does not know."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from qunlian.kernel import clock
from qunlian.platforms.wecom.accounts import corp_of
from qunlian.platforms.wecom.api import apps, contacts, groups, masses, templates
from qunlian.platforms.wecom.api.reading import moment, number, objects, part, text, texts, walk
from qunlian.platforms.wecom.client import Api, converse
from qunlian.platforms.wecom.errors import WeComTrouble, WeComUnreachable
from tests.cast_words import Cast
from tests.platforms.wecom.scripted import Scripted
from tests.platforms.worlds import OWNER, WeComWorld, world


@pytest.fixture
def there(cast: Cast) -> Iterator[WeComWorld]:
    with world("wecom", cast) as opened:
        assert isinstance(opened, WeComWorld)
        opened.sandbox.post("people/hire", userid="p2", name="李强")
        yield opened


def _ask(there: WeComWorld, wrapped, *args, **kwargs):
    return converse(there.brand, lambda client: wrapped(client, *args, **kwargs))


def _customer(there: WeComWorld, name: str = "老张") -> str:
    key = there.sandbox.post("people/new_customer", name=name)["external_userid"]
    there.sandbox.post("people/add_contact", userid=OWNER, external_userid=key)
    return key


def test_join_ways(there: WeComWorld) -> None:
    rooms = (there.room("g1"), there.room("g2"))
    way = groups.JoinWay(
        chat_ids=rooms, state="store-7", remark="东街", next_name="东街群", next_number=3
    )
    key = _ask(there, groups.add_join_way, way)
    read = _ask(there, groups.get_join_way, key)
    assert (read.chat_ids, read.state, read.next_name, read.opens_next) == (
        rooms,
        "store-7",
        "东街群",
        True,
    )
    assert read.qr_code
    customer = _customer(there)
    there.sandbox.post("people/scan", config_id=key, external_userid=customer)
    (room,) = (
        one
        for one in there.adapter.read_rooms(there.brand, rooms)
        if any(each.person_key == customer for each in one.occupants)
    )
    door = {one.person_key: (one.door, one.scene) for one in room.occupants}[customer]
    assert door == ("store-7", "code")
    _ask(there, groups.update_join_way, key, groups.JoinWay(chat_ids=rooms[:1], state="other"))
    assert _ask(there, groups.get_join_way, key).state == "other"
    _ask(there, groups.delete_join_way, key)
    with pytest.raises(WeComTrouble):
        _ask(there, groups.get_join_way, key)


def test_counts_of_yesterday_and_none_of_today(there: WeComWorld) -> None:
    there.room()
    here = timezone.localtime(clock.now())
    today = here.replace(hour=0, minute=0, second=0, microsecond=0)
    yesterday = today - timedelta(days=1)
    by_owner = _ask(there, groups.count_by_owner, [OWNER], begin=yesterday, end=yesterday)
    assert all(one.groups >= 0 for one in by_owner)
    by_day = _ask(there, groups.count_by_day, [OWNER], begin=yesterday, end=yesterday)
    assert all(one.subject.isdigit() for one in by_day)
    with pytest.raises(WeComTrouble) as caught:
        _ask(there, groups.count_by_owner, [OWNER], begin=today, end=today)
    assert caught.value.errcode == 600018


def test_customers_their_remarks_and_tags(there: WeComWorld) -> None:
    customer = _customer(there)
    assert _ask(there, contacts.customer_keys, OWNER) == (customer,)
    _ask(there, contacts.set_remark, OWNER, customer, "张记便利店")
    made = _ask(there, contacts.add_tags, "门店", ["便利店", "餐饮"])
    _ask(there, contacts.mark, (OWNER, customer), [made[0].tag_id, made[1].tag_id])
    _ask(there, contacts.mark, (OWNER, customer), [], [made[1].tag_id])
    _ask(there, contacts.rename_tag, made[0].tag_id, "小店")
    read = _ask(there, contacts.customer, customer)
    assert [(one.userid, one.remark, one.tags) for one in read.followers] == [
        (OWNER, "张记便利店", (made[0].tag_id,))
    ]
    (same,), behind = _ask(there, contacts.customers_page, [OWNER])
    assert (same.followers, behind) == (read.followers, "")
    assert {one.name for one in _ask(there, contacts.tags)} == {"小店", "餐饮"}
    _ask(there, contacts.delete_tags, [made[1].tag_id])
    assert [one.name for one in _ask(there, contacts.tags)] == ["小店"]


def test_customers_are_handed_over_on_the_job_and_after_it(there: WeComWorld) -> None:
    one, two = _customer(there), _customer(there, "老李")
    assert _ask(there, contacts.hand_over, (OWNER, "p2"), [one], has_left=False) == {}
    assert [
        each.external_userid
        for each in _ask(there, contacts.handed_over, (OWNER, "p2"), has_left=False)
    ] == [one]
    failed = _ask(there, contacts.hand_over, (OWNER, "p2"), ["wm-nobody"], has_left=False)
    assert failed["wm-nobody"]
    there.sandbox.post("people/resign", userid=OWNER)
    assert two in {key for _, key in _ask(there, contacts.leavers)}
    assert _ask(there, contacts.hand_over, (OWNER, "p2"), [two], has_left=True) == {}
    assert _ask(there, contacts.handed_over, (OWNER, "p2"), has_left=True)


def test_a_welcome_is_said_once_and_in_time(there: WeComWorld) -> None:
    key = there.sandbox.post("people/new_customer", name="老张")["external_userid"]
    told = there.sandbox.post("people/add_contact", userid=OWNER, external_userid=key)
    if "welcome_code" in told:
        _ask(there, contacts.welcome, told["welcome_code"], "欢迎")
    with pytest.raises(WeComTrouble) as caught:
        _ask(there, contacts.welcome, "no-such-code", "欢迎")
    assert caught.value.errcode == 41050


def test_welcome_templates(there: WeComWorld) -> None:
    link = {"msgtype": "link", "link": {"title": "须知", "url": "https://q.example/"}}
    key = _ask(
        there, templates.add_welcome, templates.Welcome(content="%NICKNAME% 您好", attachment=link)
    )
    read = _ask(there, templates.get_welcome, key)
    assert read.content == "%NICKNAME% 您好"
    assert read.attachment
    assert read.attachment["msgtype"] == "link"
    _ask(there, templates.edit_welcome, key, templates.Welcome(content="欢迎"))
    assert _ask(there, templates.get_welcome, key).content == "欢迎"
    _ask(there, templates.delete_welcome, key)
    with pytest.raises(WeComTrouble):
        _ask(there, templates.get_welcome, key)


def test_intercepted_words(there: WeComWorld) -> None:
    rule = templates.Rule(
        name="串货", words=("低价", "串货"), semantics=(1,), blocks=True, staff=(OWNER,)
    )
    key = _ask(there, templates.add_rule, rule)
    assert _ask(there, templates.rules) == [(key, "串货")]
    read = _ask(there, templates.get_rule, key)
    assert (read.name, read.words, read.blocks, read.semantics) == (
        "串货",
        ("低价", "串货"),
        True,
        (1,),
    )
    _ask(there, templates.update_rule, key, templates.Rule(name="串货", words=("窜货",)))
    assert _ask(there, templates.get_rule, key).words == ("窜货",)
    _ask(there, templates.delete_rule, key)
    assert _ask(there, templates.rules) == []


def test_the_apps_own_chats(there: WeComWorld) -> None:
    chat = apps.Chat(chat_id="team1", name="运营组", owner=OWNER, members=(OWNER, "p2"))
    assert _ask(there, apps.create_chat, chat) == "team1"
    there.sandbox.post("people/hire", userid="p3", name="赵敏")
    _ask(there, apps.change_chat, "team1", name="运营一组", add=["p3"])
    read = _ask(there, apps.get_chat, "team1")
    assert (read.name, set(read.members)) == ("运营一组", {OWNER, "p2", "p3"})
    _ask(there, apps.say_in_chat, "team1", "开会")
    with pytest.raises(WeComTrouble) as caught:
        _ask(there, apps.say_in_chat, "nobody", "开会")
    assert caught.value.errcode in {86003, 86008}


def test_a_groups_robot(there: WeComWorld) -> None:
    key = there.sandbox.post("robots", name="小助手")["key"]
    _ask(there, apps.say_by_robot, key, {"msgtype": "text", "text": {"content": "早"}})
    with pytest.raises(WeComTrouble) as caught:
        _ask(
            there, apps.say_by_robot, "no-such-key", {"msgtype": "text", "text": {"content": "早"}}
        )
    assert "no-such-key" not in repr(caught.value)


def test_logging_in_and_tickets(there: WeComWorld) -> None:
    account = corp_of(there.brand)
    for is_in_client in (True, False):
        address = apps.log_in_address(
            account, back_to="https://q.example/back", state="s", is_in_client=is_in_client
        )
        assert account.corp_id in address
        assert "q.example" in address
        assert account.secret not in address
    with pytest.raises(WeComTrouble) as caught:
        _ask(there, apps.who, "no-such-code")
    assert caught.value.errcode == 40029
    for is_for_app in (True, False):
        ticket, seconds = _ask(there, apps.ticket, is_for_app=is_for_app)
        assert ticket
        assert seconds > 0


def test_a_mass_message_is_cancelled(there: WeComWorld) -> None:
    wording = masses.Wording(content="早上好")
    added = _ask(there, masses.add_to_groups, OWNER, [there.room()], wording)
    assert _ask(there, masses.senders, added.msgid) == (OWNER,)
    _ask(there, masses.cancel, added.msgid)
    with pytest.raises(WeComTrouble) as caught:
        _ask(there, masses.cancel, added.msgid)
    assert caught.value.errcode == 41093


def test_a_list_without_end_is_left(server: Scripted, connect) -> None:
    brand, numbers = connect(server), iter(range(10**6))
    api = Api(path="some/list")
    server.says[api.path] = [lambda _: {"errcode": 0, "next_cursor": f"c{next(numbers)}"}]
    from qunlian.platforms.wecom.api import reading

    before, reading._MOST_PAGES = reading._MOST_PAGES, 50
    try:
        with pytest.raises(WeComUnreachable):
            converse(brand, lambda client: walk(client, api, {}, "rows"))
    finally:
        reading._MOST_PAGES = before
    assert len(server.asked[api.path]) == 50


def test_fields_are_read_whatever_they_are() -> None:
    odd = {
        "n": "17",
        "none": None,
        "bad": "x",
        "list": [1, {"a": 1}],
        "nul": "a\x00b",
        "far": 10**30,
    }
    assert (number(odd, "n"), number(odd, "bad"), number(odd, "none")) == (17, 0, 0)
    assert (text(odd, "none"), text(odd, "nul")) == ("", "ab")
    assert (objects(odd, "list"), objects(odd, "n"), texts(odd, "list")[0]) == ([{"a": 1}], [], "1")
    assert (part(odd, "list"), moment(odd, "far"), moment(odd, "bad")) == ({}, None, None)
