"""Rules in a group on somebody's own WeChat: all by tasks, silence passed over, his word is what counts."""

from pathlib import Path

from qunlian.community.actions.finish_task import TaskAnswer, finish_task
from qunlian.community.actions.note_breach import BreachNoted, Note, note_breach
from qunlian.community.models import Group, Member
from qunlian.community.queries.ladder import group_ladder, next_step
from qunlian.community.queries.tasks import task_card
from qunlian.kernel import scope
from tests.cast_words import NOON, Cast
from tests.community.hands import mine
from tests.community.offences import RULE, carry_out, stands
from tests.community.sheets import taken


def test_up_the_ladder_by_hand(cast: Cast, tmp_path: Path) -> None:
    taken(cast.hua, tmp_path)
    with scope.reading(cast.hua):
        group = Group.objects.get(name="东街老板群")
        person = Member.objects.filter(group=group, role="member").order_by("pk").first()
    assert person is not None
    ways = {step: way for step, way, _note in group_ladder(cast.rong, group.pk).steps}
    assert (ways["remind"], ways["mute"], ways["remove"]) == ("person", "none", "person")

    def note() -> BreachNoted:
        offence = Note(group_id=group.pk, person_id=person.person_id, rule=RULE)
        done = note_breach(actor=cast.rong, note=offence, now=NOON)
        carry_out(cast)
        return done

    steps = [note().step, note().step]
    ahead = next_step(cast.rong, group.pk, person.person_id, has_message=False, now=NOON)
    assert (ahead.step, ahead.skipped) == ("remove", (("mute", "no_way"),))
    out = note()
    assert [*steps, out.step] == ["remind", "packet", "remove"]
    (row,) = [row for row in mine(cast.rong) if row.kind == "remove"]
    card = task_card(cast.rong, row.task_id, now=NOON)
    # called as in that group, not as the roster has it
    assert card.to_person in ("老王", "小李", "阿三")
    assert card.text.startswith(f"@{card.to_person} ")
    finish_task(actor=cast.rong, answer=TaskAnswer(task_id=row.task_id, state="done"), now=NOON)
    assert stands(cast, out.breach_id) == ("remove", "done", "stands")
    with scope.reading(cast.hua):
        assert not Member.objects.filter(group=group, person_id=person.person_id, left_at=None)
