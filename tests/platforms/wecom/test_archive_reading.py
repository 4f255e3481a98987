"""The archive read on through a native library: each message once, whatever is missing, broken or killed."""

import base64
import ctypes
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from PIL import Image
from psycopg.conninfo import make_conninfo

from qunlian.community.models import Group
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging import jobs
from qunlian.messaging.models import Media
from qunlian.messaging.queries.media import media_file
from qunlian.platforms.wecom import native
from qunlian.platforms.wecom.accounts import Setup, configure
from qunlian.platforms.wecom.archive import ArchiveTrouble
from qunlian.platforms.wecom.models import ArchiveGap, ArchiveReading
from tests.cast_words import NOON, Cast
from tests.platforms.wecom.archived import Company, company, key_pair

READ = """
import sys, django
django.setup()
from qunlian.messaging.jobs import read_archive
read_archive(enterprise_id=int(sys.argv[1]), platform="wecom")
"""


@pytest.fixture
def there(cast: Cast, tmp_path: Path) -> Iterator[Company]:
    with company(cast, tmp_path) as opened:
        yield opened


def _open_things(there: Company) -> int:
    return int(ctypes.CDLL(str(there.library)).OpenThings())


def test_what_is_written_in_known_groups_is_taken_in_once(there: Company, cast: Cast) -> None:
    elsewhere = there.sandbox.post("people/make_group", userid="rong", name="别的群")["chat_id"]
    there.say("明早到货")
    there.sandbox.post("people/say", chat_id=elsewhere, member="rong", text="这里不读")
    there.say("留两箱\u202e", by=there.customer)
    there.read()
    there.read()
    assert there.texts() == ["明早到货", "留两箱"]
    senders = [one.sender_person_id for one in there.messages()]
    assert senders == [cast.rong.person_id, cast.oyang.person_id]
    for number in range(6):  # numbers are not one after the other
        there.say(f"第{number}条")
    there.read()
    assert there.texts()[2:] == [f"第{number}条" for number in range(6)]
    assert _open_things(there) == 0


def test_the_job_of_the_minute_finds_who_has_an_archive(there: Company) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs.read_archives(0)
    jobs.read_archives(0)
    asked = ProcrastinateJob.objects.filter(task_name="messaging.read_archive")
    assert [one.args["enterprise_id"] for one in asked] == [there.brand]


def test_what_is_taken_back_goes_and_its_place_stays(there: Company) -> None:
    there.say("写错了")
    there.read()
    there.sandbox.post("people/take_back", chat_id=there.room, member="rong")
    there.say("写对了")
    there.say("又错了")
    there.sandbox.post("people/take_back", chat_id=there.room, member="rong")  # in one page
    there.read()
    assert there.texts() == ["", "写对了", ""]
    assert [one.recalled_at is not None for one in there.messages()] == [True, False, True]
    # he did it himself: nobody reads that the group did
    assert not any("by_group" in one.body for one in there.messages())


def test_a_missing_key_holds_nobody_up_and_is_made_good(there: Company) -> None:
    there.say("第一把")
    there.archive(public_keys={2: key_pair(2)[1]})
    there.say("第二把")
    there.say("还是第二把")
    there.archive(public_keys={3: key_pair(1)[1]})
    there.enter(keys=[3])  # another one than it was sealed with
    there.say("第三把")
    there.read()
    there.read()
    assert there.texts() == ["第一把"]
    there.enter(keys=[2])
    there.read()
    assert there.texts() == ["第一把", "第二把", "还是第二把"]
    with scope.reading(system_actor(there.brand)):
        assert [one.version for one in ArchiveGap.objects.all()] == [3]


def test_a_wrong_key_is_tried_again_when_it_is_mended(there: Company) -> None:
    there.archive(public_keys={2: key_pair(3)[1]})
    there.enter(keys=[2])
    there.say("等着")
    there.read()
    assert there.texts() == []
    pem = {2: key_pair(3)[0]}
    setup = Setup(
        corp_id=there.sandbox.corp_id,
        agent_id=there.sandbox.agent_id,
        base_url=there.sandbox.url,
        archive_keys=pem,
    )
    configure(actor=system_actor(there.brand), setup=setup, now=NOON)
    there.read()
    there.read()
    assert there.texts() == ["等着"]
    with scope.reading(system_actor(there.brand)):
        assert not ArchiveGap.objects.exists()


def test_pictures_come_along_and_what_cannot_be_shown_is_named(there: Company, cast: Cast) -> None:
    out = io.BytesIO()
    noise = Image.frombytes("RGB", (700, 500), os.urandom(700 * 500 * 3))
    noise.save(out, "PNG")  # more than one piece
    content = base64.b64encode(out.getvalue()).decode()
    there.show("image", content=content)
    there.show("image", body={"sdkfileid": "gone", "md5sum": "0"})
    there.show("file", body={"filename": "报价.xlsx"})
    there.show("link", body={"title": "活动", "link_url": "https://example.com/a"})
    there.show("yet_unknown")
    there.read()
    picture, *others = there.messages()
    assert (picture.kind, picture.body["width"], picture.body["height"]) == ("image", 700, 500)
    assert media_file(cast.rong, picture.body["media"]).content_type == "image/jpeg"
    with scope.reading(system_actor(there.brand)):
        assert Media.objects.get().group_id == there.group_id
    assert [one.kind for one in others] == ["text"] * 4
    words = [one.body["text"] for one in others]
    assert words[0] == "[图片]"
    assert words[1] == "[文件] 报价.xlsx"
    assert words[2] == "[链接] 活动\nhttps://example.com/a"
    assert _open_things(there) == 0


def test_killed_in_the_middle_nothing_is_lost_or_twice(
    there: Company, database: str, tmp_path: Path
) -> None:
    said = [f"第{number}条" for number in range(450)]  # three pages
    for text in said:
        there.say(text)
    environment = os.environ | {
        "QUNLIAN_DATABASE_URL": make_conninfo(os.environ["QUNLIAN_DATABASE_URL"], dbname=database),
        "DJANGO_SETTINGS_MODULE": "qunlian.site.settings",
        "QUNLIAN_WECOM_ARCHIVE_LIBRARY": str(there.library),
    }
    counts = []
    for dies_after in ("120", "310", "150", ""):
        worker = subprocess.run(
            [sys.executable, "-c", READ, str(there.brand)],
            env=environment | ({"QUNLIAN_SANDBOX_DIES_AFTER": dies_after} if dies_after else {}),
            check=False,
            capture_output=True,
            text=True,
        )
        assert worker.returncode == (9 if dies_after else 0), worker.stderr
        counts.append(len(there.messages()))
    assert counts == [0, 200, 200, 450]
    assert there.texts() == said


def test_trouble_is_noted_and_reading_goes_on_after_it(there: Company) -> None:
    there.say("早")
    there.archive(is_licensed=False)
    there.read()
    with scope.reading(system_actor(there.brand)):
        assert ArchiveReading.objects.get().trouble == "301052"
    there.archive(is_licensed=True, trusted_ips=["10.1.1.1"])
    there.read()
    with scope.reading(system_actor(there.brand)):
        assert ArchiveReading.objects.get().trouble == "301042"
    there.archive(trusted_ips=[])
    there.read()
    assert there.texts() == ["早"]
    with scope.reading(system_actor(there.brand)):
        assert (ArchiveReading.objects.get().trouble, ArchiveReading.objects.get().seq) == ("", 1)


def test_without_the_library_nothing_is_read(there: Company, tmp_path: Path) -> None:
    there.say("早")
    other = tmp_path / "other.so"
    other.write_bytes(b"not a library")
    for path, why in (("", "unnamed"), ("/nowhere.so", "missing"), (str(other), "unusable")):
        with override_settings(WECOM_ARCHIVE_LIBRARY=path):
            assert native.why_not() == why
            there.read()
            jobs.read_archives(0)
    assert there.texts() == []


def test_another_corps_archive_is_read_from_its_beginning(there: Company) -> None:
    for text in ("一", "二", "三"):
        there.say(text)
    there.archive(public_keys={2: key_pair(2)[1]})
    there.say("打不开")
    there.read()
    sandbox, other = there.sandbox, there.sandbox.post("corps")["corp_id"]
    sandbox.post(f"people/hire?corp={other}", userid="rong", name="荣业务")
    made = sandbox.post(f"people/make_group?corp={other}", userid="rong", name="新公司群")
    keys = {"1": key_pair(1)[1]}
    archive = sandbox.post(f"archive?corp={other}", userids=["rong"], public_keys=keys)
    sandbox.post(f"people/say?corp={other}", chat_id=made["chat_id"], member="rong", text="新公司")
    with scope.writing(system_actor(there.brand)):
        Group.objects.filter(pk=there.group_id).update(platform_key=made["chat_id"])
    setup = Setup(corp_id=other, agent_id=1, base_url=sandbox.url, archive_secret=archive["secret"])
    configure(actor=system_actor(there.brand), setup=setup, now=NOON)
    there.read()
    there.read()
    assert there.texts() == ["一", "二", "三", "新公司"]
    with scope.reading(system_actor(there.brand)):
        assert not ArchiveGap.objects.exists()


def test_another_enterprise_reads_nothing_of_it(there: Company, cast: Cast) -> None:
    there.say("早")
    jobs.read_archive(enterprise_id=cast.ids["other"], platform="wecom")
    there.read()
    with scope.reading(system_actor(cast.ids["other"])):
        assert not ArchiveReading.objects.exists()
    assert there.texts() == ["早"]


def test_the_library_says_no_and_keeps_nothing(there: Company) -> None:
    with pytest.raises(ArchiveTrouble):
        native.NativeLibrary("", "")
    with native.NativeLibrary(there.sandbox.corp_id, "wrong") as library:
        with pytest.raises(ArchiveTrouble) as refused:
            library.fetch(0, 10)
        assert refused.value.errcode == 40001
        with pytest.raises(ArchiveTrouble) as refused:
            library.media("gone", "")
        assert refused.value.errcode == native.BAD_FILE
        with pytest.raises(ArchiveTrouble):
            library.decrypt("wrong", base64.b64encode(b"rubbish").decode())
    assert _open_things(there) == 0
