"""New contacts on the sandbox: greeted within their 20 seconds, once; too late is noted and no more."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from qunlian.community import greeting
from qunlian.community.actions.change_layer import LayerChange, change_layer
from qunlian.community.models import Welcome
from qunlian.community.queries.layers import layer_card
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.platforms.wecom.models import Callback
from qunlian.sandboxes.wecom import Sandbox, start
from tests.cast_words import NOON, Cast
from tests.platforms.wecom.test_callbacks import Phone
from tests.platforms.worlds import connect

WORDS = "欢迎！有问题随时找我，进群看当天特价。"


@dataclass
class Company:
    sandbox: Sandbox
    brand: Actor
    phone: Phone
    added: int = 0

    def add(self) -> str:
        """Somebody adds Rong as a contact, and WeCom tells us; returns the welcome code."""
        self.added += 1
        person = self.sandbox.post("people/new_customer", name=f"新客{self.added}")
        pair = {"userid": "R1", "external_userid": person["external_userid"]}
        code = str(self.sandbox.post("people/add_contact", **pair)["welcome_code"])
        assert self.tell(pair["external_userid"], code) == 200
        return code

    def tell(self, contact: str, code: str) -> int:
        fields = {
            "ToUserName": self.sandbox.corp_id,
            "MsgType": "event",
            "CreateTime": str(1763793600 + self.added),
            "Event": "change_external_contact",
            "ChangeType": "add_external_contact",
            "UserID": "R1",
            "ExternalUserID": contact,
            "WelcomeCode": code,
        }
        return int(self.phone.send(*self.phone.closed(fields)).status_code)

    def states(self) -> list[str]:
        with scope.reading(self.brand):
            return list(Welcome.objects.order_by("pk").values_list("state", flat=True))

    def greet(self, seconds: float = 0) -> int:
        return greeting.greet_some(self.brand, clock.now() + timedelta(seconds=seconds))


@pytest.fixture
def company(cast: Cast) -> Iterator[Company]:
    sandbox, brand = start(seed=9), system_actor(cast.ids["brand"])
    try:
        code = connect(sandbox, brand.enterprise_id)
        sandbox.post("people/hire", userid="R1", name="荣业务")
        phone = Phone(brand.enterprise_id, code)
        yield Company(sandbox, brand, phone)
    finally:
        sandbox.stop()


@pytest.fixture
def words(cast: Cast) -> None:
    template = replace(layer_card(cast.hua, "store").template, welcome=WORDS)
    change_layer(actor=cast.hua, change=LayerChange(layer="store", template=template), now=NOON)


def test_greeted_once_in_time(company: Company, words: None) -> None:
    company.add()
    company.add()
    assert company.greet() == 2
    assert company.states() == ["sent", "sent"]
    assert company.greet() == 0
    with scope.reading(company.brand):
        assert not Callback.objects.exclude(greet_by=None).exists()


def test_too_late_is_noted_and_never_tried(company: Company, words: None) -> None:
    company.add()
    assert company.greet(seconds=25) == 1
    assert company.states() == ["late"]
    company.add()  # by WeCom's clock it is too late, though not by ours
    company.sandbox.post("clock", advance_seconds=60)
    assert company.greet() == 1
    assert company.states() == ["late", "late"]
    assert company.greet() == 0


def test_a_lost_answer_is_unknown(company: Company, words: None) -> None:
    company.add()
    company.sandbox.post("weather", preset="calm", answers_lost=1)
    assert company.greet() == 1
    assert company.states()[0] in ("unknown", "refused")
    company.sandbox.post("weather", preset="calm")
    assert company.greet() == 0


def test_without_words_nobody_is_greeted(company: Company) -> None:
    company.add()
    assert company.greet() == 1
    assert company.states() == []


def test_what_a_dead_worker_left_is_unknown(company: Company, words: None) -> None:
    company.add()
    with scope.writing(company.brand):
        row = Callback.objects.get()
        Welcome.objects.create(
            enterprise_id=company.brand.enterprise_id,
            platform="wecom",
            key=str(row.pk),
            told_at=row.received_at,
            asked_at=row.received_at,
        )
    assert company.greet() == 0  # another worker is at it
    assert company.greet(seconds=90) == 1
    assert company.states() == ["unknown"]


def test_a_worker_is_woken_by_the_callback(company: Company, words: None) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    company.add()
    woken = ProcrastinateJob.objects.filter(task_name="community.greet_newcomers")
    assert woken.count() == 1
    company.add()
    assert woken.count() == 1  # one waits already
