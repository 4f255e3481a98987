"""What greets newcomers of groups: one template for the same words, edited, deleted, and never made twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from qunlian.community import jobs as community_jobs
from qunlian.community.actions.change_group_rules import GroupRules, change_group_rules
from qunlian.community.actions.retire_group import retire_group
from qunlian.community.queries.tasks import task_card
from qunlian.kernel import clock
from qunlian.platforms.extensions import RoomWelcome
from qunlian.platforms.port import Outcome, Result
from qunlian.platforms.registry import platform
from tests.cast_words import NOON, Cast
from tests.community.hands import mine
from tests.platforms.wecom.scripted import Scripted
from tests.platforms.wecom.test_tasks import group_there, there
from tests.platforms.worlds import OWNER, World, world

__all__ = ["there"]
ADD = "externalcontact/group_welcome_template/add"
EDIT = "externalcontact/group_welcome_template/edit"
DELETE = "externalcontact/group_welcome_template/del"
FINE = {"errcode": 0, "errmsg": "ok"}


@dataclass
class Welcomes:
    """A company on the sandbox and what stands in its list."""

    world: World

    def keep(self, room: str, text: str, *, seconds: float = 0) -> Result:
        adapter = platform("wecom")
        wish = RoomWelcome(room_key=self.world.room(room), text=text)
        now = clock.now() + timedelta(seconds=seconds)
        (told,) = adapter.keep_welcomes(self.world.brand, [wish], now=now)  # type: ignore[attr-defined]
        assert told.item == wish.room_key
        return told

    def listed(self) -> dict[str, str]:
        found = self.world.sandbox.corp.welcome_templates  # type: ignore[attr-defined]
        return {key: one.body["text"]["content"] for key, one in found.items()}


@pytest.fixture
def list_(cast: Cast) -> Iterator[Welcomes]:
    with world("wecom", cast) as opened:
        yield Welcomes(opened)


def test_rooms_of_the_same_words_share_one(list_: Welcomes) -> None:
    one, two = list_.keep("g1", "欢迎进群"), list_.keep("g2", "欢迎进群")
    assert one.outcome is two.outcome is Outcome.WITH_PERSON
    assert one.key == two.key
    assert list_.listed() == {one.key: "欢迎进群"}


def test_nobody_but_the_owner_is_told_of_it(list_: Welcomes) -> None:
    list_.world.room()
    list_.keep("g1", "欢迎进群")
    assert list_.world.sandbox.corp.staff[OWNER].messages == []  # type: ignore[attr-defined]


def test_new_words_change_what_a_room_has_alone(list_: Welcomes) -> None:
    one = list_.keep("g1", "欢迎进群")
    assert list_.keep("g1", "欢迎，看公告").key == one.key
    assert list_.listed() == {one.key: "欢迎，看公告"}


def test_new_words_of_one_leave_the_others_theirs(list_: Welcomes) -> None:
    one = list_.keep("g1", "欢迎进群")
    list_.keep("g2", "欢迎进群")
    two = list_.keep("g2", "二群欢迎你")
    assert list_.listed() == {one.key: "欢迎进群", two.key: "二群欢迎你"}
    assert list_.keep("g1", "二群欢迎你").key == two.key
    assert list_.listed() == {two.key: "二群欢迎你"}  # nobody has the first any more


def test_no_words_no_template(list_: Welcomes) -> None:
    list_.keep("g1", "欢迎进群")
    list_.keep("g2", "欢迎进群")
    assert list_.keep("g1", "").outcome is Outcome.SENT
    assert len(list_.listed()) == 1
    assert list_.keep("g2", "").outcome is Outcome.SENT
    assert list_.listed() == {}


def test_what_somebody_deleted_there_is_made_again(list_: Welcomes) -> None:
    one = list_.keep("g1", "欢迎进群")
    list_.world.sandbox.corp.welcome_templates.clear()  # type: ignore[attr-defined]
    two = list_.keep("g1", "欢迎，看公告")
    assert two.key not in ("", one.key)
    assert list_.listed() == {two.key: "欢迎，看公告"}


def test_a_full_list_leaves_the_words_to_the_owner(list_: Welcomes) -> None:
    for n in range(100):
        list_.keep(f"f{n}", f"第{n}个")
    told = list_.keep("g1", "欢迎进群")
    assert (told.outcome, told.key, told.problem) == (Outcome.WITH_PERSON, "", "full")
    list_.keep("f1", "第2个")  # one is free again
    assert list_.keep("g1", "欢迎进群").key


def test_a_lost_answer_is_looked_for_by_a_person(list_: Welcomes) -> None:
    list_.world.room("g1")
    list_.world.sandbox.post("weather", preset="calm", answers_lost=1)  # type: ignore[attr-defined]
    assert list_.keep("g1", "欢迎进群").outcome is Outcome.UNKNOWN
    list_.world.sandbox.post("weather", preset="calm")  # type: ignore[attr-defined]
    assert list_.keep("g1", "欢迎进群").outcome is Outcome.UNKNOWN  # it may come yet
    told = list_.keep("g1", "欢迎进群", seconds=90)
    assert (told.outcome, told.key, told.problem) == (Outcome.WITH_PERSON, "", "lost")
    assert list(list_.listed().values()) == ["欢迎进群"]  # made once


def test_a_busy_answer_may_have_been_done(server: Scripted, cast: Cast, connect: object) -> None:
    brand = connect(server)  # type: ignore[operator]
    server.says[ADD] = [{"errcode": -1, "errmsg": "busy"}, {**FINE, "template_id": "t1"}]
    wish = [RoomWelcome(room_key="wr1", text="欢迎")]
    for _ in "12":
        (told,) = platform("wecom").keep_welcomes(brand, wish, now=NOON)  # type: ignore[attr-defined]
    assert (told.outcome, told.problem) == (Outcome.UNKNOWN, "")
    assert len(server.asked[ADD]) == 1


def test_what_could_not_be_deleted_is_deleted_later(
    server: Scripted, cast: Cast, connect: object
) -> None:
    brand = connect(server)  # type: ignore[operator]
    server.says[ADD] = [{**FINE, "template_id": "t1"}, {**FINE, "template_id": "t2"}]
    server.says[DELETE] = [{"errcode": 45009, "errmsg": "slow"}, FINE]
    adapter = platform("wecom")
    for text in ("欢迎", "", "欢迎"):
        wish = [RoomWelcome(room_key="wr1", text=text)]
        (told,) = adapter.keep_welcomes(brand, wish, now=NOON)  # type: ignore[attr-defined]
    assert told.key == "t2"
    assert {one["template_id"] for one in server.asked[DELETE]} == {"t1"}


def test_the_owner_chooses_what_the_api_put_there(cast: Cast, there: World) -> None:
    room = there.room()
    group_id = group_there(cast, "东街群", room)
    rules = GroupRules(group_id=group_id, theme="", rules="", welcome="欢迎进群")
    change_group_rules(actor=cast.hua, rules=rules, now=NOON)
    community_jobs.settle_requests(enterprise_id=there.brand)
    (row,) = mine(cast.hua)
    card = task_card(cast.hua, row.task_id, now=NOON)
    assert (row.kind, card.text, card.facts["template"]) == ("welcome", "欢迎进群", "kept")
    sandbox = there.sandbox  # type: ignore[attr-defined]
    (template,) = sandbox.corp.welcome_templates
    sandbox.post("people/attach_welcome", chat_id=room, template_id=template)
    newcomer = sandbox.post("people/new_customer", name="甲")["external_userid"]
    sandbox.post("people/invite", chat_id=room, by=OWNER, members=[newcomer])
    assert sandbox.corp.groups[room].posts[-1].text == "欢迎进群"
    rules = GroupRules(group_id=group_id, theme="", rules="", welcome="")
    change_group_rules(actor=cast.hua, rules=rules, now=NOON)
    community_jobs.settle_requests(enterprise_id=there.brand)
    assert mine(cast.hua) == ()
    assert sandbox.corp.welcome_templates == {}


def test_a_group_that_ended_keeps_no_template(cast: Cast, there: World) -> None:
    group_id = group_there(cast, "东街群", there.room())
    rules = GroupRules(group_id=group_id, theme="", rules="", welcome="欢迎进群")
    change_group_rules(actor=cast.hua, rules=rules, now=NOON)
    community_jobs.settle_requests(enterprise_id=there.brand)
    community_jobs.look_over_welcomes(0)
    templates = there.sandbox.corp.welcome_templates  # type: ignore[attr-defined]
    assert len(templates) == 1
    retire_group(actor=cast.hua, group_id=group_id, now=NOON)
    community_jobs.look_over_welcomes(0)
    assert templates == {}
