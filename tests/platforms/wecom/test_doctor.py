"""The doctor finds what is wrong with a set-up, and says where to click: one misconfiguration after the other.

What it says of each stands in docs/howto/doctor.md; with QUNLIAN_WRITE_DOCS=1 the page is written from here.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import translation

from qunlian.cli.doctor import lines
from qunlian.community.models import Group
from qunlian.insight.queries.doctor import examine_platform, is_set_up
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import system_actor
from qunlian.platforms.findings import Finding, State, worst
from qunlian.platforms.registry import platform
from qunlian.platforms.wecom import inbox, tally
from qunlian.platforms.wecom.accounts import Setup, configure, corp_of, envelope_of
from qunlian.platforms.wecom.models import Tally
from qunlian.sandboxes.wecom import Sandbox, start
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import group
from tests.platforms.served import served
from tests.platforms.wecom.archived import key_pair
from tests.platforms.wecom.test_callbacks import Phone
from tests.platforms.worlds import connect

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "doctor.md"
#: What differs from run to run → what the page shows.
VOLATILE = {
    r"http://127\.0\.0\.1:\d+(?=/| does| answers|$)": "https://qunlian.example.com",
    r"\d{4}-\d\d-\d\d \d\d:\d\d": "2026-11-23 09:00",
}


@dataclass
class Corp:
    """The brand's corp on the sandbox, set up as it should be."""

    brand: int
    sandbox: Sandbox
    ours: str
    code: str

    def set_up(self, **entries: object) -> None:
        usual = {
            "corp_id": self.sandbox.corp_id,
            "agent_id": self.sandbox.agent_id,
            "base_url": self.sandbox.url,
        }
        configure(actor=system_actor(self.brand), setup=Setup(**usual | entries), now=NOON)

    def listen(self, **other: str) -> bool:
        """Save the callback in WeCom's console: it asks our address."""
        envelope = envelope_of(self.brand)
        keys = {"token": envelope.token, "aes_key": envelope.aes_key} | other
        url = f"{self.ours}/callbacks/wecom/{self.code}/"
        return self.sandbox.post("app/callback", url=url, **keys)["is_verified"]

    def forget_greetings(self) -> None:
        with scope.writing(system_actor(self.brand)), connection.cursor() as cursor:
            cursor.execute("DELETE FROM platforms_wecom_tally")

    def examined(self) -> tuple[Finding, ...]:
        with translation.override("en"):
            return examine_platform(system_actor(self.brand), "wecom", now=clock.now())


@pytest.fixture
def corp(cast: Cast) -> Iterator[Corp]:
    """Ma, Rong, Song and Guan have territories; Rong runs a group."""
    brand, sandbox = cast.ids["brand"], start()
    with served() as ours:
        try:
            code = connect(sandbox, brand, public_url=ours)
            _hire(cast, sandbox)
            made = Corp(brand, sandbox, ours, code)
            assert made.listen()
            yield made
        finally:
            sandbox.stop()


def _hire(cast: Cast, sandbox: Sandbox) -> None:
    from qunlian.channel.models import Handle, Staff

    brand = system_actor(cast.ids["brand"])
    names = {"R1": "荣业务", "R2": "宋业务", "M1": "马经理", "G1": "管群", "HQ1": "华总"}
    for code, name in names.items():
        sandbox.post("people/hire", userid=code.lower(), name=name)
        with scope.writing(brand):
            Handle.objects.create(
                enterprise_id=brand.enterprise_id,
                platform="wecom",
                key=code.lower(),
                is_staff=True,
                person_id=Staff.objects.get(code=code).person_id,
                met_at=NOON,
            )
    room = group(cast, "PA", steward=cast.rong, people={cast.rong: "owner"})
    with scope.writing(brand):
        Group.objects.filter(pk=room).update(platform="wecom", platform_key="wr1")


def _wrong_corp(corp: Corp) -> None:
    corp.set_up(corp_id="ww0000000000000000")


def _wrong_secret(corp: Corp) -> None:
    corp.set_up(secret="copied-from-another-app")


def _foreign_address(corp: Corp) -> None:
    corp.sandbox.post("app", trusted_ips=["203.0.113.7"])


def _other_app(corp: Corp) -> None:
    other = corp.sandbox.post("apps", name="另一个应用")
    corp.set_up(agent_id=other["agent_id"])


def _no_public_address(corp: Corp) -> None:
    corp.set_up(settings={"public_url": ""})


def _never_saved(corp: Corp) -> None:
    corp.forget_greetings()


def _other_token(corp: Corp) -> None:
    corp.forget_greetings()
    assert not corp.listen(token="typed-by-hand")


def _other_key(corp: Corp) -> None:
    corp.forget_greetings()
    assert not corp.listen(aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")


def _other_domain(corp: Corp) -> None:
    corp.sandbox.post("app", trusted_domain="old.example.com")


def _narrow_range(corp: Corp) -> None:
    made = corp.sandbox.post("people/new_department", name="市场部")
    corp.sandbox.post("people/change_staff", userid="m1", departments=[made["id"]])
    corp.sandbox.post("app", visible_departments=[made["id"]])


def _not_callable(corp: Corp) -> None:
    corp.sandbox.post("app", is_callable_for_customers=False)


def _keeper_without_contact(corp: Corp) -> None:
    corp.sandbox.post("people/change_staff", userid="r1", has_customer_contact=False)


def _not_activated(corp: Corp) -> None:
    corp.sandbox.post("people/change_staff", userid="r1", status=4)


def _clock_off(corp: Corp) -> None:
    corp.sandbox.post("clock", advance_seconds=900)


def _licence_over(corp: Corp) -> None:
    secret = corp.sandbox.post("archive", is_licensed=False)["secret"]
    corp.set_up(archive_secret=secret, archive_keys={1: key_pair(1)[0]})


def _no_library(corp: Corp) -> None:
    secret = corp.sandbox.post("archive", userids=["r1"])["secret"]
    corp.set_up(archive_secret=secret, archive_keys={1: key_pair(1)[0]})


def _public_key_entered(corp: Corp) -> None:
    secret = corp.sandbox.post("archive", userids=["r1"])["secret"]
    pem = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"
    corp.set_up(archive_secret=secret, archive_keys={1: pem})


#: What is wrong → how it comes about, which check finds it.
CASES: dict[str, tuple[Callable[[Corp], None], str]] = {
    "Another corp's id": (_wrong_corp, "corp_id"),
    "The secret of another app": (_wrong_secret, "secret"),
    "The server's address is not trusted": (_foreign_address, "trusted_ip"),
    "The agent id of another app": (_other_app, "agent_id"),
    "No public address": (_no_public_address, "public_address"),
    "The callback was never saved": (_never_saved, "callback"),
    "The callback's token differs": (_other_token, "callback"),
    "The callback's EncodingAESKey differs": (_other_key, "callback"),
    "The trusted domain is an old one": (_other_domain, "trusted_domain"),
    "The visible range is too narrow": (_narrow_range, "visible_range"),
    "The app may not ask about customers": (_not_callable, "customer_contact"),
    "Somebody who runs groups has no customer contact": (_keeper_without_contact, "keepers"),
    "Somebody who runs groups has not activated WeCom": (_not_activated, "activated"),
    "The clock is off": (_clock_off, "clock"),
    "The archive's licence is over": (_licence_over, "archive"),
    "The archive's library is not installed": (_no_library, "archive"),
    "A public key entered as the archive's private one": (_public_key_entered, "archive"),
}


def _shown(findings: tuple[Finding, ...]) -> str:
    text = "\n".join(lines(one for one in findings if one.state is not State.OK))
    for pattern, word in VOLATILE.items():
        text = re.sub(pattern, word, text)
    return text


def _on_page(title: str, text: str) -> str:
    """Return the block under a heading of the page, after writing it when that is wanted."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    block = re.compile(
        rf"(?<=^### {re.escape(title)}\n\n```text\n).*?(?=^```$)", re.MULTILINE | re.DOTALL
    )
    if os.environ.get("QUNLIAN_WRITE_DOCS"):
        if not block.search(page):
            page = f"{page.rstrip()}\n\n### {title}\n\n```text\n```\n"
        page = block.sub(lambda _: f"{text}\n", page)
        PAGE.write_text(page, encoding="utf-8")
    found = block.search(page)
    return found[0].rstrip("\n") if found else ""


def test_a_right_set_up_is_all_right(corp: Corp) -> None:
    findings = corp.examined()
    assert _shown(findings) == ""
    assert len(findings) == 17
    assert worst(findings) is State.OK


@pytest.mark.parametrize("title", CASES)
def test_what_is_wrong_is_found_and_said(corp: Corp, title: str) -> None:
    spoil, check = CASES[title]
    spoil(corp)
    findings = {one.check: one for one in corp.examined()}
    wrong = [one.check for one in findings.values() if one.state is State.WRONG]
    assert wrong == [check]
    assert findings[check].expected
    assert findings[check].fix
    shown = _shown(tuple(findings.values()))
    assert _on_page(title, shown) == shown


def test_each_sentence_is_in_chinese_too(corp: Corp) -> None:
    _wrong_secret(corp)
    with translation.override("zh-hans"):
        found = examine_platform(system_actor(corp.brand), "wecom", now=clock.now())
    (wrong,) = [one for one in found if one.state is State.WRONG]
    for text in (wrong.title, wrong.expected, wrong.fix):
        assert re.search(r"[\u4e00-\u9fff]", text), text
        assert "the " not in text.lower()


def test_an_enterprise_without_a_corp_is_told_so(cast: Cast) -> None:
    other = system_actor(cast.ids["other"])
    assert not is_set_up(other, "wecom")
    (only,) = examine_platform(other, "wecom", now=NOON)
    assert (only.check, only.state) == ("corp", State.WRONG)


def test_a_broken_seal_is_a_finding(corp: Corp) -> None:
    with override_settings(SECRET_KEY="another-key-after-a-careless-restore"):
        assert is_set_up(system_actor(corp.brand), "wecom")
        (only,) = corp.examined()
    assert only.state is State.WRONG
    assert "secret" in only.got


def test_a_platform_without_set_up_is_not_examined(cast: Cast) -> None:
    assert examine_platform(system_actor(cast.ids["brand"]), "web", now=NOON) == ()


def test_nobody_answers(corp: Corp) -> None:
    corp.set_up(base_url="http://127.0.0.1:9")
    findings = {one.check: one.state for one in corp.examined()}
    assert findings["way"] is State.WRONG
    assert findings["secret"] is State.SKIPPED


def test_people_of_unknown_account_are_named(corp: Corp) -> None:
    from qunlian.channel.models import Handle

    with scope.writing(system_actor(corp.brand)):
        Handle.objects.filter(key="r2").update(person=None)
    (found,) = [one for one in corp.examined() if one.state is not State.OK]
    assert (found.check, found.state) == ("accounts", State.LOOK)
    assert "宋业务" in found.got


def test_changes_nobody_told_of_are_counted(corp: Corp) -> None:
    made = corp.sandbox.post("people/make_group", userid="r1", name="东街群", members=["r2"])
    adapter, chat = platform("wecom"), made["chat_id"]
    corp.sandbox.post("weather", callbacks_lost=1.0)
    adapter.read_rooms(corp.brand, [chat])
    for number in range(6):
        told = corp.sandbox.post("people/new_customer", name=f"店{number}")
        corp.sandbox.post("people/join_by_link", chat_id=chat, **told)
        adapter.read_rooms(corp.brand, [chat])
    (found,) = [one for one in corp.examined() if one.state is not State.OK]
    assert (found.check, found.state) == ("events", State.LOOK)
    assert "each of 6 changes" in found.expected
    assert found.got.startswith("0 of them")


def test_a_callback_that_comes_after_the_reading_has_told_of_it(corp: Corp) -> None:
    made = corp.sandbox.post("people/make_group", userid="r1", name="东街群", members=["r2"])
    adapter, chat = platform("wecom"), made["chat_id"]
    corp.sandbox.post("weather", callbacks_lost=1.0)
    phone = Phone(corp.brand, corp.code)
    (room,) = adapter.read_rooms(corp.brand, [chat])
    for number in range(6):
        told = corp.sandbox.post("people/new_customer", name=f"店{number}")
        corp.sandbox.post("people/join_by_link", chat_id=chat, **told)
        before, (room,) = room.version, adapter.read_rooms(corp.brand, [chat])
        late = {"LastMemVer": before, "CurMemVer": room.version, "ChatId": chat}
        for _ in "12":
            phone.tell(**late, ToUserName=corp.sandbox.corp_id)
        inbox.hear(corp_of(corp.brand))
        adapter.heed_rooms(corp.brand, adapter.heard_rooms(corp.brand))
    assert [one for one in corp.examined() if one.state is not State.OK] == []
    with scope.reading(system_actor(corp.brand)):
        counted = tally.since(clock.now() - timedelta(days=1))
    assert (counted["changed", ""].count, counted["told", ""].count) == (6, 6)


def test_counts_of_long_ago_are_forgotten(corp: Corp) -> None:
    brand = system_actor(corp.brand)

    def left() -> int:
        with scope.reading(brand):
            return Tally.objects.count()

    assert left() > 0
    inbox.forget(corp_of(corp.brand), clock.now())
    assert left() > 0
    inbox.forget(corp_of(corp.brand), clock.now() + timedelta(days=61))
    assert left() == 0
