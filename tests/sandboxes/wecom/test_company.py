"""A whole company: from a seed the same again, from lists as listed, and over a restart."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from qunlian.cli.sandbox import command
from tests.sandboxes.wecom.client import Bare, urlopen_json

SIZES = {"staff": 10, "groups": 30, "customers_per_group": 20}


def test_a_seed_makes_the_same_company_again(sandboxes) -> None:
    first, second = (sandboxes().post("company", **SIZES) for _ in range(2))
    assert first == second
    assert sandboxes().post("company", **SIZES, seed=2) != first


def test_a_made_up_company_looks_like_the_field(sandboxes) -> None:
    sandbox = sandboxes()
    told = sandbox.post("company", **SIZES)
    truth = sandbox.get("truth")
    shops = told["shops"]
    assert truth["counts"]["groups"] == 30
    assert truth["counts"]["groups_of_leavers"] > 0
    assert truth["counts"]["customer_seats"] > truth["counts"]["customers_in_groups"]
    assert len(shops) < told["customers"]
    telling = sum(shop["shop"] in shop["name"] or shop["is_remarked"] for shop in shops)
    assert 0.5 < telling / len(shops) < 0.9
    mobiles = {phone for relation in truth["relations"] for phone in relation["remark_mobiles"]}
    assert mobiles == {shop["phone"] for shop in shops if shop["is_remarked"]}


def test_lists_become_people_and_groups(sandboxes) -> None:
    sandbox = sandboxes()
    lists = {
        "staff": [
            {"userid": "rep1", "name": "荣小明"},
            {"userid": "gone", "name": "尤离", "has_left": True},
        ],
        "customers": [
            {
                "key": "S1",
                "name": "东街店",
                "contacts": [
                    {"userid": "rep1", "remark": "东街", "remark_mobiles": ["13900000001"]}
                ],
            },
            {"key": "S2", "name": "西门店"},
        ],
        "groups": [
            {
                "name": "群",
                "owner": "gone",
                "staff": ["rep1"],
                "members": [{"key": "S1", "nickname": "东街老板"}, {"key": "S2"}],
            }
        ],
    }
    told = sandbox.post("company", lists=lists)
    bare = Bare(sandbox)
    listed = bare.post("externalcontact/groupchat/list", limit=9)["group_chat_list"]
    assert listed == [{"chat_id": told["groups"][0], "status": 1}]
    members = bare.post("externalcontact/groupchat/get", chat_id=told["groups"][0])["group_chat"][
        "member_list"
    ]
    assert [one["userid"] for one in members] == [
        "gone",
        "rep1",
        told["customers"]["S1"],
        told["customers"]["S2"],
    ]
    assert bare.get("externalcontact/list", userid="rep1")["external_userid"] == [
        told["customers"]["S1"]
    ]


def test_two_companies_know_nothing_of_each_other(sandboxes) -> None:
    sandbox = sandboxes()
    sandbox.post("company", **SIZES)
    other = sandbox.post("corps", name="别家")
    bare = Bare(sandbox)
    bare.token = bare.get("gettoken", corpid=other["corp_id"], corpsecret=other["app"]["secret"])[
        "access_token"
    ]
    assert bare.post("externalcontact/groupchat/list", limit=9)["group_chat_list"] == []


def test_a_world_survives_a_restart(sandboxes, tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    first = sandboxes(state=path, seed=9)
    first.post("company", **SIZES)
    token, before = Bare(first).token, first.get("truth")
    first.stop()
    second = sandboxes(state=path)
    assert second.get("truth") == before
    assert (second.corp_id, Bare(second).token) == (first.corp_id, token)


def test_the_command_prints_what_a_client_needs_and_keeps_its_state(tmp_path: Path) -> None:
    state = tmp_path / "world.json"

    def run() -> tuple[subprocess.Popen[str], dict[str, str]]:
        command = [
            sys.executable,
            "-m",
            "qunlian.cli.main",
            "sandbox",
            "wecom",
            "--port",
            "0",
            "--state",
            str(state),
        ]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
        )
        lines = [process.stdout.readline() for _ in range(5)]
        return process, {line[:10].strip(): line[10:].split()[0] for line in lines}

    process, told = run()
    asked = (
        f"{told['address']}/cgi-bin/gettoken?corpid={told['corp id']}&corpsecret={told['secret']}"
    )
    assert urlopen_json(asked)["errcode"] == 0
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    process.stdout.close()
    assert json.loads(state.read_text())["tokens"]
    process, again = run()
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    process.stdout.close()
    assert {**again, "address": 0, "phones": 0} == {**told, "address": 0, "phones": 0}


def test_trouble_is_told_in_a_sentence(sandboxes, tmp_path: Path) -> None:
    taken = sandboxes().url.rpartition(":")[2]
    state = tmp_path / "world.json"
    state.write_text("{}nonsense")
    for options, told in (
        (["--port", taken], "Cannot listen"),
        (["--port", "0", "--state", str(state)], "holds no world"),
    ):
        answer = CliRunner().invoke(command, ["wecom", *options])
        assert answer.exit_code == 1
        assert told in answer.output
