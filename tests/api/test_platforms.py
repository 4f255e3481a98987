"""Setting up a platform by program: entered, never told again; and nobody but headquarters."""

import json

from qunlian.channel.models import Account
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.models import Fact
from qunlian.platforms.wecom.accounts import corp_of
from tests.api.test_community import Program
from tests.cast_words import Cast

SECRET = "a-secret-that-nobody-reads-again"
SETUP = "/platforms/wecom/setup"


def test_what_is_secret_is_entered_and_never_told(cast: Cast) -> None:
    hua = Program(cast.hua)
    before = hua.ask("GET", SETUP).json()
    assert (before["is_set_up"], before["steps"][0]["key"]) == (False, "corp")
    entries = {"corp_id": "ww1234567890", "agent_id": "1000002", "secret": SECRET}
    hua.ask("POST", SETUP, {"entries": {"corp_id": "ww1234567890"}})
    done = hua.ask("POST", SETUP, {"entries": entries})
    assert done.json() == {"platform": "wecom", "changed": ["agent_id", "secret"]}
    told = hua.ask("GET", SETUP)
    known = {e["name"]: e for step in told.json()["steps"] for e in step["entries"]}
    assert known["corp_id"]["value"] == "ww1234567890"
    assert (known["secret"]["value"], known["secret"]["is_set"]) == ("", True)
    assert SECRET not in told.content.decode() + done.content.decode()
    assert corp_of(cast.ids["brand"]).secret == SECRET
    hua.ask("POST", SETUP, {"entries": {"secret": ""}})
    assert corp_of(cast.ids["brand"]).secret == SECRET  # an empty one keeps it


def test_new_keys_are_told_once(cast: Cast) -> None:
    hua = Program(cast.hua)
    missing = hua.ask("POST", "/platforms/wecom/keys")
    assert missing.json()["code"] == "wecom.not_connected"
    hua.ask("POST", SETUP, {"entries": {"corp_id": "ww1234567890"}})
    made = hua.ask("POST", "/platforms/wecom/keys")
    assert made["Cache-Control"] == "no-store"
    keys = [one["value"] for one in made.json()["keys"]]
    assert [len(one) for one in keys] == [24, 43]
    shown = hua.ask("GET", SETUP).content.decode()
    assert not any(key in shown for key in keys)


def test_what_cannot_be_used_changes_nothing(cast: Cast) -> None:
    hua = Program(cast.hua)
    for entries, field in (
        ({"corp_id": "ww1", "agent_id": "many"}, "agent_id"),
        ({"corp_id": "ww1", "password": "x"}, "password"),
    ):
        refused = hua.ask("POST", SETUP, {"entries": entries})
        assert (refused.status_code, refused.json()["facts"]["field"]) == (422, field)
    assert not hua.ask("GET", SETUP).json()["is_set_up"]


def test_only_headquarters_and_only_what_is_set_up(cast: Cast) -> None:
    for actor in (cast.rong, cast.ding, cast.oyang):
        other = Program(actor)
        for method, path, body in (
            ("GET", SETUP, None),
            ("POST", SETUP, {"entries": {"corp_id": "ww1"}}),
            ("POST", "/platforms/wecom/keys", None),
        ):
            assert other.ask(method, path, body).status_code == 403
    hua = Program(cast.hua)
    for platform in ("web", "nowhere"):
        assert hua.ask("GET", f"/platforms/{platform}/setup").status_code == 404
        assert hua.ask("POST", f"/platforms/{platform}/keys").status_code == 404
    hua.ask("POST", SETUP, {"entries": {"corp_id": "ww1"}})
    assert not Program(cast.wai).ask("GET", SETUP).json()["is_set_up"]


def test_the_journal_names_what_changed_and_holds_no_secret(cast: Cast) -> None:
    Program(cast.hua).ask("POST", SETUP, {"entries": {"corp_id": "ww1", "secret": SECRET}})
    with scope.reading(system_actor(cast.ids["brand"])):
        assert Account.objects.exists()
        facts = [json.dumps(one) for one in Fact.objects.values_list("payload", flat=True)]
    assert not any(SECRET in one for one in facts)
