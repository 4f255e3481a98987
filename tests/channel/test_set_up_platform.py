"""What headquarters enters for a platform is kept; secrets are sealed, and in no fact."""

import json

import psycopg
import pytest

from qunlian.channel.actions.set_up_platform import set_up_platform
from qunlian.kernel.errors import Forbidden, NotFound
from qunlian.platforms.extensions import Connectable, EntryRefused
from qunlian.platforms.registry import platform
from qunlian.platforms.setups import SetupStep
from qunlian.platforms.wecom.accounts import corp_of, envelope_of
from tests.cast_words import NOON, Cast


def _enter(cast: Cast, **entries: str) -> tuple[str, ...]:
    done = set_up_platform(actor=cast.hua, platform="wecom", entries=entries, now=NOON)
    return done.changed


def _steps(cast: Cast) -> dict[str, SetupStep]:
    adapter = platform("wecom")
    assert isinstance(adapter, Connectable)
    return {step.key: step for step in adapter.setup_steps(cast.ids["brand"])}


def test_a_corp_is_set_up_step_by_step(cast: Cast, owner: psycopg.Connection) -> None:
    brand = cast.ids["brand"]
    assert [*_steps(cast)] == ["corp", "app"]
    assert _enter(cast, corp_id=" ww12 ") == ("corp_id",)
    assert "callback" in _steps(cast)
    assert _enter(cast, agent_id="1000002", secret="s3cret") == ("agent_id", "secret")
    assert _enter(cast, agent_id="1000002", secret="") == ()
    _enter(cast, public_url="https://q.example.com/")
    account = corp_of(brand)
    assert (account.corp_id, account.agent_id, account.secret) == ("ww12", 1000002, "s3cret")
    assert account.public_url == "https://q.example.com"
    (copy,) = _steps(cast)["callback"].to_copy
    assert copy.value.startswith("https://q.example.com/callbacks/wecom/")
    told = owner.execute("SELECT name, payload FROM kernel_fact ORDER BY id").fetchall()
    told = [row for row in told if row[0] == "channel.platform_set_up"]
    assert len(told) == 3
    assert "s3cret" not in json.dumps([row[1] for row in told])


def test_no_step_holds_a_secret(cast: Cast) -> None:
    _enter(cast, corp_id="ww12", agent_id="7", secret="s3cret", archive_secret="arch1ve")
    keys = envelope_of(cast.ids["brand"])
    shown = repr(_steps(cast))
    for secret in ("s3cret", "arch1ve", keys.token, keys.aes_key):
        assert secret not in shown
    is_set = {one.name: one.is_set for step in _steps(cast).values() for one in step.entries}
    assert (is_set["secret"], is_set["archive_secret"], is_set["archive_key"]) == (
        True,
        True,
        False,
    )


def test_numbers_go_and_come_back_to_what_is_usual(cast: Cast) -> None:
    _enter(cast, corp_id="ww12")
    assert _enter(cast, masses_per_month="4", timeout_seconds="2.5") == (
        "masses_per_month",
        "timeout_seconds",
    )
    settings = corp_of(cast.ids["brand"]).settings
    assert (settings.masses_per_month, settings.timeout_seconds) == (4, 2.5)
    _enter(cast, masses_per_month="", timeout_seconds="")
    settings = corp_of(cast.ids["brand"]).settings
    assert (settings.masses_per_month, settings.timeout_seconds) == (0, 10)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("corp_id", ""),
        ("agent_id", "one"),
        ("agent_id", "１"),
        ("public_url", "q.example.com"),
        ("public_url", "ftp://q.example.com"),
        ("public_url", "http://[::1"),
        ("calls_at_once", "-1"),
        ("timeout_seconds", "nan"),
        ("secret", "a\x00b"),
        ("archive_key", "-----BEGIN PUBLIC KEY-----"),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field(cast: Cast, name: str, text: str) -> None:
    with pytest.raises(EntryRefused) as refused:
        _enter(cast, **{name: text})
    assert refused.value.facts["field"] == name


def test_only_headquarters_and_only_what_is_entered_here(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        set_up_platform(actor=cast.ma, platform="wecom", entries={"corp_id": "x"}, now=NOON)
    for name in ("web", "carrier-pigeon"):
        with pytest.raises(NotFound):
            set_up_platform(actor=cast.hua, platform=name, entries={}, now=NOON)
