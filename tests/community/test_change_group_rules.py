"""Theme and rules of a group."""

import pytest

from qunlian.community.actions.change_group_rules import (
    GroupRules,
    RulesTooLong,
    change_group_rules,
)
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community.words import East


def test_set_and_refused(cast: Cast, two_groups: East) -> None:
    rules = GroupRules(group_id=two_groups.east, theme="卖货互助", rules="1. 不发广告\n2. 有问必答")
    card = change_group_rules(actor=cast.guan, rules=rules, now=NOON)
    assert (card.theme, card.rules) == ("卖货互助", "1. 不发广告\n2. 有问必答")
    for theme, text, field in (("长" * 81, "", "theme"), ("", "长" * 2001, "rules")):
        with pytest.raises(RulesTooLong) as refused:
            change_group_rules(
                actor=cast.hua,
                rules=GroupRules(group_id=two_groups.east, theme=theme, rules=text),
                now=NOON,
            )
        assert refused.value.facts["field"] == field
    with pytest.raises(Forbidden):
        change_group_rules(actor=cast.oyang, rules=rules, now=NOON)
    for outsider in (cast.song, cast.wai):
        with pytest.raises(NotFound):
            change_group_rules(actor=outsider, rules=rules, now=NOON)


def test_a_new_welcome_is_set_by_hand_where_no_api_can(cast: Cast, by_hand) -> None:
    from qunlian.platforms.port import Feature, Means
    from tests.community.hands import hand_group, mine

    group_id = hand_group(cast)
    rules = GroupRules(group_id=group_id, theme="", rules="", welcome=" 欢迎新朋友 ")
    assert change_group_rules(actor=cast.hua, rules=rules, now=NOON).welcome == "欢迎新朋友"
    again = GroupRules(group_id=group_id, theme="", rules="")
    assert change_group_rules(actor=cast.hua, rules=again, now=NOON).welcome == "欢迎新朋友"
    too_long = GroupRules(group_id=group_id, theme="", rules="", welcome="长" * 901)
    with pytest.raises(RulesTooLong) as refused:
        change_group_rules(actor=cast.hua, rules=too_long, now=NOON)
    assert refused.value.facts["field"] == "welcome"
    assert by_hand.capabilities[Feature.ROOM_WELCOME] is Means.PERSON
    assert [row.kind for row in mine(cast.hua)] == ["welcome"]
