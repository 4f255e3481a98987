"""Two records of one human become one: everything living moves, history is shown under the kept name."""

from datetime import timedelta

import pytest
from django.db.models import F

from qunlian.channel.models import Contact, LikelyDuplicate, Person, PersonMerge, Store
from qunlian.channel.queries.actors import actor_of_login
from qunlian.channel.steps import AlreadyEnlisted, enlist_member
from qunlian.channel.steps.identity import (
    AlreadyMerged,
    BothOnStaff,
    SamePerson,
    StaffByHeadquarters,
    StaffIsKept,
    TiesOutside,
)
from qunlian.community.models import Group, Member
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import Forbidden, NotFound
from qunlian.messaging.actions.answer_question import answer_question
from qunlian.messaging.actions.mark_seen import mark_seen
from qunlian.messaging.actions.merge_people import merge_people
from qunlian.messaging.models import ReadMark, Receipt
from qunlian.messaging.queries.chats import my_chats
from qunlian.messaging.queries.messages import messages_before
from qunlian.messaging.queries.proofs import broadcast_result, people_of_delivery
from tests import make
from tests.cast_words import NOON, Cast
from tests.messaging.people import Twins, another, as_person, merged, seats_counted, twins
from tests.messaging.scenes import ASKED, say, sent


def test_everything_living_moves_to_the_kept_one(cast: Cast) -> None:
    two = twins(cast)
    done = merged(cast.rong, two, " 同一个人 ")
    assert done.groups_shared == 1
    with scope.reading(cast.hua):
        ties = Contact.objects.order_by("store_id").filter(person=two.kept_id)
        assert [(tie.store_id, tie.role) for tie in ties] == [
            (cast.ids["A1"], "owner"),
            (cast.ids["A2"], "owner"),
        ]
        assert not Contact.objects.filter(person=two.merged_id).exists()
        assert set(Store.objects.filter(owner=two.kept_id).values_list("code", flat=True)) == {
            "A1",
            "A2",
        }
        (seat,) = Member.objects.filter(group_id=two.group, role="member")
        assert (seat.person_id, seat.store_id) == (two.kept_id, cast.ids["A1"])
        trail = PersonMerge.objects.get(pk=done.merge_id)
        assert (trail.note, trail.merged_by) == ("同一个人", cast.rong.account_id)
        assert Person.objects.get(pk=two.merged_id).merged_into_id == two.kept_id
    assert seats_counted(cast, two.group)


def test_both_log_ins_lead_to_the_kept_one_and_reach_all_he_has(cast: Cast) -> None:
    two = twins(cast)
    say(cast, two.group, "一", "二")
    for who, seq in ((two.kept, 1), (two.merged, 2)):
        mark_seen(actor=who, group_id=two.group, delivered_seq=seq, read_seq=seq, now=NOON)
    merged(cast.rong, two)
    for code in ("a1", "a2"):
        found = actor_of_login(f"{code}@{cast.ids['brand']}", now=NOON)
        assert found is not None
        assert found.person_id == two.kept_id
        assert set(found.reach.store_ids) == {cast.ids["A1"], cast.ids["A2"]}
        (chat,) = my_chats(found)
        assert (chat.group_id, chat.unread) == (two.group, 0)


def test_what_he_wrote_is_shown_as_his_under_the_kept_name(cast: Cast) -> None:
    two = twins(cast)
    say(cast, two.group, "我是老板", by=two.merged)
    merged(cast.rong, two)
    (line,) = messages_before(two.kept, two.group)
    assert (line.sender_person_id, line.sender_name) == (two.kept_id, "欧阳店主")


def test_one_who_answered_twice_is_counted_once(cast: Cast) -> None:
    """Both got a question, both answered, the second first: one person, one receipt, his first answer."""
    two = twins(cast)
    asked = sent(cast, **ASKED)
    for who, option, at in ((two.kept, 1, NOON + timedelta(hours=1)), (two.merged, 0, NOON)):
        answer_question(actor=who, broadcast_id=asked, group_id=two.group, option=option, now=at)
    before = broadcast_result(cast.hua, asked).total
    assert (before.people, before.delivered, before.answered, before.understood) == (2, 2, 2, 1)
    merged(cast.rong, two)
    after = broadcast_result(cast.hua, asked).total
    assert (after.people, after.delivered, after.answered, after.understood) == (1, 1, 1, 1)
    (row,) = people_of_delivery(cast.hua, asked, two.group).rows
    assert (row.person_id, row.is_answered, row.is_understood) == (two.kept_id, True, True)
    with scope.reading(cast.hua):
        receipt = Receipt.objects.get(broadcast_id=asked)
    assert (receipt.person_id, receipt.answer, receipt.answered_at) == (two.kept_id, 0, NOON)


def test_proof_in_another_group_comes_along(cast: Cast) -> None:
    """He sat in one group as the one, in another as the other: both receipts are his."""
    from tests.messaging.scenes import group

    second = another(cast, "欧阳老板", "", "A2")
    people = {cast.rong: "steward", second: "member"}
    room = group(cast, "PA", steward=cast.rong, people=people)
    told = sent(cast)
    mark_seen(actor=second, group_id=room, delivered_seq=1, read_seq=1, now=NOON)
    merged(cast.rong, Twins(cast.oyang, second, room))
    with scope.reading(cast.hua):
        receipt = Receipt.objects.get(broadcast_id=told)
        assert receipt.person_id == cast.oyang.person_id
        assert ReadMark.objects.get(group_id=room).person_id == cast.oyang.person_id
    result = broadcast_result(cast.hua, told).total
    assert (result.people, result.read) == (1, 1)


def test_a_number_is_lent_to_one_who_has_none_and_both_numbers_lead_to_him(cast: Cast) -> None:
    brand = system_actor(cast.ids["brand"])
    bare = make.person(brand, "欧阳店主")
    with scope.writing(brand):
        Contact.objects.create(
            enterprise_id=brand.enterprise_id,
            person=bare,
            store_id=cast.ids["A3"],
            role="owner",
            since_at=NOON,
        )
    merge_people(actor=cast.rong, kept_id=bare.pk, merged_id=cast.oyang.person_id or 0, now=NOON)
    with scope.reading(brand):
        assert Person.objects.get(pk=bare.pk).phone == "+8613800000001"
    with pytest.raises(AlreadyEnlisted), scope.writing(brand):
        enlist_member(
            actor=brand, store_id=cast.ids["A4"], name="某人", phone="13800000001", at=NOON
        )


def test_a_merged_number_joins_as_the_kept_one(cast: Cast) -> None:
    """Nobody has joined yet: who comes with the merged record's number becomes the kept person."""
    brand = system_actor(cast.ids["brand"])
    kept, second = (make.person(brand, "李雷", f"+861390000001{n}") for n in (1, 2))
    with scope.writing(brand):
        Contact.objects.bulk_create(
            Contact(
                enterprise_id=brand.enterprise_id,
                person=one,
                store_id=cast.ids["A3"],
                since_at=NOON,
            )
            for one in (kept, second)
        )
    merge_people(actor=cast.rong, kept_id=kept.pk, merged_id=second.pk, now=NOON)
    with scope.writing(brand):
        joined = enlist_member(
            actor=brand, store_id=cast.ids["A4"], name="李雷", phone="13900000012", at=NOON
        )
    assert joined.person_id == kept.pk


def test_a_roster_with_the_merged_number_brings_nobody_back(cast: Cast, tmp_path) -> None:
    from tests.channel.rosters import bring_in, counts, csv_file

    two = twins(cast)
    merged(cast.rong, two)
    rows = ("编码,名称,区域,店主,手机", "A2,东街2号便利店,石原东片,欧阳店主,13800000002")
    card = bring_in(cast.hua, csv_file(tmp_path, *rows))
    assert counts(card) == (0, 0, 1, 0)
    with scope.reading(cast.hua):
        assert Store.objects.get(code="A2").owner_id == two.kept_id
        assert Person.objects.get(pk=two.kept_id).phone == "+8613800000001"


def test_what_is_given_to_a_merged_record_goes_to_the_kept_one(cast: Cast) -> None:
    """A roster that was being loaded while he was merged still names the old record."""
    two = twins(cast)
    merged(cast.rong, two)
    brand = system_actor(cast.ids["brand"])
    with scope.writing(brand):
        for code in ("A1", "A4"):
            Contact.objects.create(
                enterprise_id=brand.enterprise_id,
                person_id=two.merged_id,
                store_id=cast.ids[code],
                since_at=NOON,
            )
        Store.objects.filter(pk=cast.ids["A4"]).update(owner_id=two.merged_id)
    with scope.reading(brand):
        assert Store.objects.get(pk=cast.ids["A4"]).owner_id == two.kept_id
        assert not Contact.objects.filter(person=two.merged_id).exists()
        assert Contact.objects.filter(person=two.kept_id).count() == 3


def test_refusals(cast: Cast) -> None:
    two = twins(cast)
    for who in (cast.du, cast.guan, two.kept):
        with pytest.raises(Forbidden):
            merged(who, two)
    for who in (cast.song, cast.wai, cast.wei):
        with pytest.raises(NotFound):
            merged(who, two)
    with pytest.raises(SamePerson):
        merged(cast.rong, Twins(two.kept, two.kept, two.group))
    with pytest.raises(BothOnStaff):
        merged(cast.hua, Twins(cast.rong, cast.ma, two.group))
    with pytest.raises(StaffIsKept):
        merged(cast.hua, Twins(two.kept, cast.rong, two.group))
    with pytest.raises(StaffByHeadquarters):
        merged(cast.ma, Twins(cast.rong, two.kept, two.group))
    merged(cast.rong, two)
    with pytest.raises(AlreadyMerged):
        merged(cast.rong, two)


def test_somebody_on_the_staff_who_also_owns_a_store(cast: Cast) -> None:
    two = Twins(cast.rong, cast.oyang, 0)
    merged(cast.hua, two)
    own = actor_of_login(f"r1@{cast.ids['brand']}", now=NOON)
    assert own is not None
    assert (own.person_id, own.staff_id) == (cast.rong.person_id, cast.rong.staff_id)


def test_a_rep_does_not_merge_what_he_does_not_reach(cast: Cast) -> None:
    """One of the two also owns a store of the neighbour's: his manager reaches both, the rep does not."""
    second = another(cast, "欧阳老板", "", "B1", contact_of="A1")
    two = Twins(cast.oyang, second, 0)
    with pytest.raises(TiesOutside):
        merged(cast.rong, two)
    merged(cast.ma, two)


def test_the_list_is_settled_with_it(cast: Cast) -> None:
    from qunlian.channel.actions.find_likely_duplicates import find_likely_duplicates

    two = twins(cast)
    another(cast, "欧阳店主", "+8613800000002", "A3")
    brand = system_actor(cast.ids["brand"])
    assert find_likely_duplicates(actor=brand, now=NOON).waiting == 1
    merged(cast.rong, two)
    with scope.reading(brand):
        states = list(LikelyDuplicate.objects.values_list("first", "second", "state"))
    assert states == [(two.kept_id, two.merged_id, "merged")]
    # the number of the merged record is the kept one's now: he is the one who looks alike
    assert find_likely_duplicates(actor=brand, now=NOON).waiting == 1


def test_the_merged_log_in_goes_on_as_the_kept_one(cast: Cast) -> None:
    two = twins(cast)
    say(cast, two.group, "一")
    merged(cast.rong, two)
    mark_seen(
        actor=as_person(two.merged, two.kept_id),
        group_id=two.group,
        delivered_seq=1,
        read_seq=1,
        now=NOON,
    )


def test_a_seat_given_to_a_merged_record_is_the_kept_ones(cast: Cast) -> None:
    """Owners were being entered into groups while he was merged; where he sits already the seat is free."""
    from tests.messaging.scenes import group

    two = twins(cast)
    other = group(cast, "PA", steward=cast.rong, people={cast.rong: "steward"}, name="另一群")
    merged(cast.rong, two)
    brand = system_actor(cast.ids["brand"])
    with scope.writing(brand):
        for room in (two.group, other):
            Group.objects.filter(pk=room).update(seats_taken=F("seats_taken") + 1)
            Member.objects.bulk_create(
                [
                    Member(
                        enterprise_id=brand.enterprise_id,
                        group_id=room,
                        person_id=two.merged_id,
                        joined_at=NOON,
                    )
                ]
            )
    with scope.reading(brand):
        assert not Member.objects.filter(person_id=two.merged_id).exists()
        assert Member.objects.filter(group_id=other, person_id=two.kept_id).exists()
    assert seats_counted(cast, two.group)
    assert seats_counted(cast, other)
