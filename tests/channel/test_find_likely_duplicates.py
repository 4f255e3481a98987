"""Everybody is looked through for records that are likely one human."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from qunlian.channel.actions.find_likely_duplicates import (
    FoundDuplicates,
    find_likely_duplicates,
)
from qunlian.channel.actions.tell_apart import tell_apart
from qunlian.channel.models import Contact, LikelyDuplicate, Person
from qunlian.channel.queries.people import duplicates_waiting, list_likely_duplicates
from qunlian.channel.rules.likeness import CROWD
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import Forbidden
from tests import make
from tests.cast_words import NOON, Cast


def look(cast: Cast, minutes: int = 0) -> FoundDuplicates:
    brand = system_actor(cast.ids["brand"])
    return find_likely_duplicates(actor=brand, now=NOON + timedelta(minutes=minutes))


def person(cast: Cast, name: str, phone: str = "", *, stores: str = "") -> int:
    """Somebody new who belongs to these stores."""
    brand = system_actor(cast.ids["brand"])
    row = make.person(brand, name, phone)
    with scope.writing(brand):
        Contact.objects.bulk_create(
            Contact(
                enterprise_id=brand.enterprise_id,
                person=row,
                store_id=cast.ids[code],
                since_at=NOON,
            )
            for code in stores.split()
        )
    return row.pk


def pairs(cast: Cast) -> set[tuple[int, int]]:
    with scope.reading(cast.hua):
        return set(LikelyDuplicate.objects.values_list("first_id", "second_id"))


def names_of(actor: Actor) -> list[set[str]]:
    rows = list_likely_duplicates(actor).rows
    return [{row.first.name, row.second.name} for row in rows]


def test_a_shared_number_a_store_and_a_sound_in_one_patch_are_found(cast: Cast) -> None:
    oyang = cast.oyang.person_id or 0
    number = person(cast, "欧阳震", "+8613800000001", stores="B3")
    store = person(cast, "欧扬店主", stores="A1")
    one, two = (
        person(cast, "张伟", stores="A2"),
        person(cast, "张伟", "+8613900000009", stores="A3"),
    )
    person(cast, "张伟", "+8613900000008", stores="B1")
    found = look(cast)
    assert pairs(cast) == {(oyang, number), (oyang, store), (one, two)}
    assert found.waiting == 3
    (first, *_) = list_likely_duplicates(cast.hua).rows
    assert dict(first.reasons) == {"same_store": 35, "sounds_alike": 25, "no_phone": 5}
    assert first.keep_id == oyang
    assert first.first.masked_phone == "138****0001"


def test_one_supplier_over_two_patches(cast: Cast) -> None:
    """A2 is Du's; a store of his in patch B makes the two alike by supplier, with one number missing."""
    brand = system_actor(cast.ids["brand"])
    one = person(cast, "赵敏敏", "+8613900000021", stores="A2")
    with scope.writing(brand):
        from qunlian.channel.models import Store

        Store.objects.filter(pk=cast.ids["B1"]).update(distributor_id=cast.ids["D2"])
    two = person(cast, "赵敏敏", stores="B1")
    look(cast)
    assert pairs(cast) == {(one, two)}


def test_a_crowd_says_nothing(cast: Cast) -> None:
    for number in range(CROWD + 1):
        person(cast, f"人{number}甲乙", "+862583123456", stores="A4" if number < 2 else "")
    assert look(cast) == FoundDuplicates(compared=1, waiting=1)


def test_never_everybody_with_everybody(cast: Cast) -> None:
    """Thirty people of one patch with names of their own: nobody is compared."""
    for number in range(30):
        person(cast, chr(0x4E00 + 37 * number) + chr(0x5F00 + 41 * number), stores="A4 B1"[:2])
    assert look(cast).compared <= 30


def test_what_no_longer_looks_alike_leaves_and_a_decision_stays(cast: Cast) -> None:
    wrong = person(cast, "李雷", "+8613800000001", stores="A3")
    person(cast, "欧阳店主", stores="A1")
    assert look(cast).waiting == 2
    with scope.writing(cast.hua):
        Person.objects.filter(pk=wrong).update(phone="+8613800000099")
    assert look(cast, 1).waiting == 1
    (row,) = list_likely_duplicates(cast.rong).rows
    tell_apart(actor=cast.rong, duplicate_id=row.id, now=NOON)
    assert look(cast, 2).waiting == 0
    with scope.reading(cast.hua):
        assert LikelyDuplicate.objects.get().state == "different"


def test_told_apart_stays_apart_when_one_is_merged_into_another(cast: Cast) -> None:
    from qunlian.messaging.actions.merge_people import merge_people

    other = person(cast, "欧阳店主", stores="A1")
    look(cast)
    (row,) = list_likely_duplicates(cast.rong).rows
    tell_apart(actor=cast.rong, duplicate_id=row.id, now=NOON)
    heir = person(cast, "欧阳店主", "+8613900000022", stores="A1")
    merge_people(actor=cast.rong, kept_id=heir, merged_id=cast.oyang.person_id or 0, now=NOON)
    look(cast, 1)
    with scope.reading(cast.hua):
        open_ones = LikelyDuplicate.objects.filter(state="open")
        assert not open_ones.filter(first_id=other).exists()


def test_everybody_sees_pairs_of_which_he_reaches_both(cast: Cast) -> None:
    person(cast, "欧阳店主", stores="A1")
    person(cast, "宋女士甲", "+8613900000031", stores="B1")
    person(cast, "宋女士甲", "+8613900000031", stores="B2")
    person(cast, "跨片的人", "+8613900000032", stores="A2")
    person(cast, "跨片的人", "+8613900000032", stores="B3")
    look(cast)
    assert len(names_of(cast.hua)) == len(names_of(cast.ma)) == 3
    assert names_of(cast.rong) == [{"欧阳店主"}]
    assert names_of(cast.song) == [{"宋女士甲"}]
    assert names_of(cast.wai) == names_of(cast.wei) == []
    assert [duplicates_waiting(who) for who in (cast.hua, cast.rong, cast.wai)] == [3, 1, 0]
    for who in (cast.du, cast.guan, cast.oyang):
        with pytest.raises(Forbidden):
            list_likely_duplicates(who)


def test_the_list_pages_by_key_with_few_queries(cast: Cast) -> None:
    from django.test.utils import CaptureQueriesContext

    for number in range(12):
        for _ in range(2):
            person(cast, f"同名{chr(0x4E00 + number)}", f"+86139000001{number:02}", stores="A4")
    look(cast)
    seen: list[int] = []
    after, sizes = "", []
    while True:
        with CaptureQueriesContext(connection) as queries:
            page = list_likely_duplicates(cast.rong, after=after, take=5)
        sizes.append(len(queries))
        seen += [row.id for row in page.rows]
        if page.next_key is None:
            break
        after = page.next_key
    assert len(seen) == len(set(seen)) == 12
    assert max(sizes) <= 8


def test_two_looks_at_once_keep_each_pair_once(cast: Cast) -> None:
    person(cast, "欧阳店主", stores="A1")

    def run(minutes: int) -> int:
        try:
            return look(cast, minutes).waiting
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, (0, 1))) == [1, 1]
    assert len(pairs(cast)) == 1


def test_the_job_looks_through_every_enterprise(cast: Cast) -> None:
    from qunlian.channel import jobs

    person(cast, "欧阳店主", stores="A1")
    jobs.look_for_duplicates(0)
    assert duplicates_waiting(cast.hua) == 1


def test_an_import_of_people_asks_for_a_look(cast: Cast, tmp_path) -> None:
    from tests.channel.rosters import bring_in, csv_file, fetch

    rows = ("编码,名称,区域,店主,手机", "A3,东街3号便利店,石原东片,韩梅,13800000044")
    bring_in(cast.hua, csv_file(tmp_path, *rows))
    asked = (
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'channel.find_likely_duplicates'"
    )
    assert fetch(cast.hua, asked) == [(1,)]
