"""Who joins is welcomed once, by a line in the group."""

import dataclasses
import time

from qunlian.community.steps import Newcomer, admit_member
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging.actions.welcome_members import welcome_members
from qunlian.messaging.queries.chats import my_chats
from qunlian.messaging.queries.messages import messages_before
from tests import make
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import say, scene


def test_newcomers_are_welcomed_in_one_line_and_start_with_nothing_unread(cast: Cast) -> None:
    here = scene(cast)
    brand = system_actor(cast.ids["brand"])
    say(cast, here.a, "从前的话", "还有一句")
    people = [make.person(brand, name) for name in ("新来的", "另一位")]
    with scope.writing(brand):
        for person in people:
            admit_member(
                actor=brand,
                group_id=here.a,
                newcomer=Newcomer(person_id=person.pk, source="link"),
                at=NOON,
            )
    deadline = time.monotonic() + 20  # other tests' open transactions hold the horizon back
    while (welcomed := welcome_members(actor=brand, now=NOON)) == 0:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert welcomed == 2
    assert welcome_members(actor=brand, now=NOON) == 0
    line = messages_before(cast.oyang, here.a)[-1]
    assert (line.kind, line.body["event"], line.body["names"]) == (
        "system",
        "joined",
        ["新来的", "另一位"],
    )
    newcomer = dataclasses.replace(cast.oyang, person_id=people[0].pk, account_id=None)
    assert my_chats(newcomer) == () or my_chats(newcomer)[0].unread == 1
