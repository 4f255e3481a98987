"""What an API cannot do becomes somebody's task; his one tap settles what was asked."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from qunlian.community.actions.change_group_rules import GroupRules, change_group_rules
from qunlian.community.actions.finish_task import (
    NoReason,
    NoSuchAnswer,
    TaskAnswer,
    TaskOver,
    WordsTooLong,
    finish_task,
)
from qunlian.community.actions.remove_member import Removal, remove_member
from qunlian.community.actions.retire_group import retire_group
from qunlian.community.actions.take_in_room import take_in_room
from qunlian.community.models import Group, Request, Task
from qunlian.community.queries.asked import open_requests
from qunlian.community.queries.tasks import task_card, task_counts, tasks_of_group
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound, Refusal
from qunlian.platforms.port import Occupant, Room
from tests.cast_words import NOON, Cast
from tests.community import make
from tests.community.hands import (
    hand_group,
    mine,
    renamed,
    request_state,
    room_asked,
    settle,
    task,
)


def _done(task_id: int, state: str = "done", **more: str) -> TaskAnswer:
    return TaskAnswer(task_id=task_id, state=state, **more)


def test_a_rename_is_the_stewards_task_until_he_says_done(cast: Cast, by_hand: object) -> None:
    group_id = hand_group(cast)
    task_id = renamed(cast, group_id)
    (row,) = mine(cast.rong)
    assert (row.task_id, row.kind, row.group, row.who) == (task_id, "rename", "新名字", "荣业务")
    card = task_card(cast.rong, task_id, now=NOON)
    assert (card.text, card.is_mine, card.may_manage) == ("新名字", True, False)
    assert request_state(cast, "rename") == ("with_person", "")
    assert [r.task_id for r in tasks_of_group(cast.ma, group_id, now=NOON)] == [task_id]
    done = finish_task(actor=cast.rong, answer=_done(task_id), now=NOON)
    assert (done.kind, done.state) == ("rename", "done")
    assert request_state(cast, "rename") == ("done", "")
    assert mine(cast.rong) == ()
    with pytest.raises(TaskOver):
        finish_task(actor=cast.ma, answer=_done(task_id), now=NOON)


def _read(cast: Cast, name: str, *, owner: str = "HQ1") -> int | None:
    """Let the platform's list show a room of this name; its group."""
    room = Room(
        key=f"R-{name}",
        name=name,
        owner_key=owner,
        occupants=(Occupant(person_key=owner, role="owner", is_staff=True),),
    )
    brand = system_actor(cast.ids["brand"])
    taken = take_in_room(actor=brand, platform="by_hand", room=room, read_at=NOON, now=NOON)
    return taken.group_id


def test_the_owner_opens_the_room_and_it_is_found(cast: Cast, by_hand: object) -> None:
    group_id = room_asked(cast)
    (row,) = mine(cast.hua)
    finish_task(actor=cast.hua, answer=_done(row.task_id), now=NOON)
    (unseen,) = mine(cast.hua, state="unseen")
    assert unseen.room_is_unseen
    (asked,) = open_requests(cast.ma, [group_id])
    assert (asked.state, asked.room_is_unseen) == ("with_person", True)
    assert _read(cast, "别的群") is None
    assert _read(cast, "待建群", owner="stranger") is None
    assert _read(cast, "待建群") == group_id
    with scope.reading(cast.hua):
        group = Group.objects.get(pk=group_id)
    assert (group.platform_key, group.life) == ("R-待建群", "inviting")
    assert task(cast, row.task_id).room_key == "R-待建群"
    assert request_state(cast, "create") == ("done", "")
    assert mine(cast.hua, state="unseen") == ()


def test_a_room_that_is_seen_first_ends_the_task(cast: Cast, by_hand: object) -> None:
    group_id = room_asked(cast)
    assert _read(cast, "待建群") == group_id
    assert mine(cast.hua) == ()
    (row,) = mine(cast.hua, state="done")
    assert not row.room_is_unseen


def test_an_opened_room_greets_as_its_layer_says(cast: Cast, by_hand: object) -> None:
    group_id = room_asked(cast)
    with scope.writing(system_actor(cast.ids["brand"])):
        Group.objects.filter(pk=group_id).update(welcome="欢迎，本群每周三上新")
    assert [one.kind for one in mine(cast.hua)] == ["create"]
    assert _read(cast, "待建群") == group_id
    (greet,) = mine(cast.hua)
    assert greet.kind == "welcome"
    assert task_card(cast.hua, greet.task_id, now=NOON).text == "欢迎，本群每周三上新"


def test_of_two_groups_of_one_name_neither_is_taken(cast: Cast, by_hand: object) -> None:
    room_asked(cast)
    room_asked(cast)
    assert _read(cast, "待建群") is None


def test_where_rooms_are_not_listed_the_word_is_all_there_is(cast: Cast, by_hand: object) -> None:
    from qunlian.platforms.port import Feature

    by_hand.capabilities.pop(Feature.LIST_ROOMS)
    group_id = room_asked(cast)
    finish_task(actor=cast.hua, answer=_done(mine(cast.hua)[0].task_id), now=NOON)
    with scope.reading(cast.hua):
        assert Group.objects.get(pk=group_id).platform_key == f"group-{group_id}"


def test_a_room_gets_the_name_its_group_has_by_then(cast: Cast, by_hand: object) -> None:
    from qunlian.community.actions.rename_group import GroupRename, rename_group

    group_id = room_asked(cast)
    rename_group(actor=cast.hua, rename=GroupRename(group_id=group_id, name="改了名"), now=NOON)
    settle(cast)
    (row,) = mine(cast.hua)
    assert task_card(cast.hua, row.task_id, now=NOON).text == "改了名"
    with scope.reading(cast.hua):
        assert list(Request.objects.values_list("kind", flat=True)) == ["create"]


def test_it_cannot_be_done_and_says_why(cast: Cast, by_hand: object) -> None:
    group_id = hand_group(cast)
    task_id = renamed(cast, group_id)
    with pytest.raises(NoReason):
        finish_task(actor=cast.rong, answer=_done(task_id, "refused"), now=NOON)
    with pytest.raises(NoSuchAnswer):
        finish_task(actor=cast.rong, answer=_done(task_id, "expired"), now=NOON)
    with pytest.raises(WordsTooLong):
        finish_task(actor=cast.rong, answer=_done(task_id, "refused", words="长" * 201), now=NOON)
    answer = _done(task_id, "refused", reason="no_right", words=" 群主 关了 ")
    finish_task(actor=cast.rong, answer=answer, now=NOON)
    assert request_state(cast, "rename") == ("refused", "no_right: 群主 关了")
    (asked,) = open_requests(cast.rong, [group_id])
    assert (asked.is_again, asked.task_id) == (True, task_id)


def test_nobody_can_tell_and_no_worker_asks_on(cast: Cast, by_hand: object) -> None:
    task_id = renamed(cast, hand_group(cast))
    finish_task(actor=cast.rong, answer=_done(task_id, "unknown"), now=NOON)
    settle(cast)
    assert request_state(cast, "rename")[0] == "unknown"
    assert task(cast, task_id).state == "unknown"


def test_a_newer_name_takes_the_older_ones_place(cast: Cast, by_hand: object) -> None:
    group_id = hand_group(cast)
    first = renamed(cast, group_id, "名一")
    second = renamed(cast, group_id, "名二")
    assert (task(cast, first).state, task(cast, second).state) == ("withdrawn", "with_person")
    retire_group(actor=cast.hua, group_id=group_id, now=NOON)
    assert task(cast, second).state == "withdrawn"
    with scope.reading(cast.hua):
        assert set(Request.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_newer_rules_take_the_older_ones_place_but_people_do_not(
    cast: Cast, by_hand: object
) -> None:
    group_id = hand_group(cast)
    for text in ("一", "二", "二"):
        rules = GroupRules(group_id=group_id, theme="", rules=text)
        change_group_rules(actor=cast.rong, rules=rules, now=NOON)
    for person in (cast.oyang, cast.guan):
        make.member(person, group_id)
        removal = Removal(group_id=group_id, person_id=person.person_id or 0)
        remove_member(actor=cast.rong, removal=removal, now=NOON)
    cards = [task_card(cast.rong, row.task_id, now=NOON) for row in mine(cast.rong)]
    assert sorted(card.text or card.to_person for card in cards) == ["二", "欧阳店主", "管群"]


def test_taking_out_and_announcing_are_tasks_there(cast: Cast, by_hand: object) -> None:
    group_id = hand_group(cast)
    make.member(cast.oyang, group_id)
    removal = Removal(group_id=group_id, person_id=cast.oyang.person_id or 0)
    remove_member(actor=cast.rong, removal=removal, now=NOON)
    rules = GroupRules(group_id=group_id, theme="", rules="不发广告")
    change_group_rules(actor=cast.rong, rules=rules, now=NOON)
    cards = {r.kind: task_card(cast.rong, r.task_id, now=NOON) for r in mine(cast.rong)}
    assert (cards["remove"].to_person, cards["announce"].text) == ("欧阳店主", "不发广告")


def test_outsiders_find_nothing(cast: Cast, by_hand: object) -> None:
    task_id = renamed(cast, hand_group(cast))
    for outsider in (cast.wai, cast.wei, cast.song, cast.du, cast.oyang):
        with pytest.raises(NotFound):
            finish_task(actor=outsider, answer=_done(task_id), now=NOON)
        with pytest.raises(NotFound):
            task_card(outsider, task_id, now=NOON)
        assert mine(outsider, is_team=True) == ()
    for insider in (cast.ma, cast.guan, cast.hua):
        assert [row.task_id for row in mine(insider, is_team=True)] == [task_id]
    assert task_counts(cast.rong, now=NOON).mine == 1


def test_two_tap_at_once_and_one_counts(cast: Cast, by_hand: object) -> None:
    task_id = renamed(cast, hand_group(cast))

    def tap(actor: object, state: str) -> str:
        try:
            answer = _done(task_id, state, reason="other")
            return finish_task(actor=actor, answer=answer, now=NOON).state
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(tap, cast.rong, "done"), pool.submit(tap, cast.ma, "refused")]
        said = sorted(one.result() for one in told)
    assert said[0] == "community.task_over"
    assert task(cast, task_id).state == said[1]
    assert request_state(cast, "rename")[0] == said[1]


def test_two_workers_make_one_task(cast: Cast, by_hand: object) -> None:
    from qunlian.community.steps.tasks import Wish, ask

    group_id = hand_group(cast)
    wish = Wish(kind="post", source="test", source_key="1", platform="by_hand", groups=(group_id,))

    def work(_: int) -> int:
        brand = system_actor(cast.ids["brand"])
        try:
            with scope.writing(brand):
                return ask(actor=brand, wishes=[wish], at=NOON)["1"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(work, range(8)))
    assert len(made) == 1
    with scope.reading(cast.hua):
        assert Task.objects.filter(source="test").count() == 1
