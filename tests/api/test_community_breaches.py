"""Rules through the API: what follows, breaches noted and lifted, appeals decided; and to whom they open."""

from tests.api.test_community import Program
from tests.cast_words import Cast
from tests.messaging.scenes import say, scene


def test_noted_from_a_message_appealed_and_granted(cast: Cast) -> None:
    here = scene(cast).a
    say(cast, here, "加微信领红包", by=cast.oyang)
    rong, oyang, ma = Program(cast.rong), Program(cast.oyang), Program(cast.ma)
    person = cast.oyang.person_id
    ladder = rong.ask("GET", f"/groups/{here}/ladder").json()
    assert [one["step"] for one in ladder["steps"]][:2] == ["remind", "recall"]
    ahead = rong.ask("GET", f"/groups/{here}/breaches/next?person_id={person}").json()
    assert (ahead["step"], ahead["way"], ahead["had"]) == ("remind", "api", [])
    entry = {"rule": "不发广告", "message_seq": 1, "step": "remind"}
    noted = rong.ask("POST", f"/groups/{here}/breaches", entry).json()
    breach = noted["breach_id"]
    again = rong.ask("POST", f"/groups/{here}/breaches", entry)
    assert (again.status_code, again.json()["code"]) == (409, "community.already_noted")
    (row,) = rong.ask("GET", f"/groups/{here}/breaches").json()["rows"]
    assert (row["said"], row["person"], row["standing"]) == ("加微信领红包", "欧阳店主", "stands")
    assert oyang.ask("GET", "/my-breaches").json()[0]["may_appeal"]
    assert oyang.ask("GET", "/my-rules").json()[0]["group_id"] == here
    oyang.ask("POST", f"/breaches/{breach}/appeal", {"words": "那是收款码"})
    (waiting,) = ma.ask("GET", "/appeals").json()["rows"]
    assert waiting["appeal"] == "那是收款码"
    granted = ma.ask("POST", f"/breaches/{breach}/decide", {"is_granted": True}).json()
    assert (granted["is_granted"], granted["breach_ids"]) == (True, [breach])
    assert oyang.ask("GET", f"/breaches/{breach}").json()["standing"] == "granted"


def test_a_group_chooses_its_steps_and_lifts(cast: Cast) -> None:
    here = scene(cast).a
    rong = Program(cast.rong)
    ladder = {"steps": ["packet", "remove"], "window_days": 30}
    rong.ask("PUT", f"/groups/{here}/rules", {"rules": "不吵架", "ladder": ladder})
    entry = {"rule": "不吵架", "person_id": cast.oyang.person_id}
    noted = rong.ask("POST", f"/groups/{here}/breaches", entry).json()
    assert (noted["step"], noted["way"]) == ("packet", "person")
    told = Program(cast.oyang).ask("POST", f"/breaches/{noted['breach_id']}/packet")
    assert told.status_code == 200
    lifted = rong.ask("POST", f"/breaches/{noted['breach_id']}/lift", {"why": "和好了"}).json()
    assert lifted["breach_ids"] == [noted["breach_id"]]
    wrong = {"steps": ["shout"], "window_days": 30}
    refused = rong.ask("PUT", f"/groups/{here}/rules", {"ladder": wrong})
    assert (refused.status_code, refused.json()["facts"]) == (422, {"field": "steps"})


def test_others_find_nothing(cast: Cast) -> None:
    here = scene(cast).a
    entry = {"rule": "不发广告", "person_id": cast.oyang.person_id}
    noted = Program(cast.rong).ask("POST", f"/groups/{here}/breaches", entry).json()
    breach = noted["breach_id"]
    for outsider in (cast.song, cast.wei, cast.du):
        program = Program(outsider)
        assert program.ask("GET", f"/breaches/{breach}").status_code == 404
        assert program.ask("POST", f"/breaches/{breach}/lift", {}).status_code == 404
        assert program.ask("POST", f"/groups/{here}/breaches", entry).status_code == 404
        assert program.ask("GET", "/appeals").json()["rows"] == []
