"""Groups on people's own WeChat by program: registered, counted, by sheet; and to whom they open."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from qunlian.community import jobs
from tests.api.test_community import Program
from tests.cast_words import Cast
from tests.community.sheets import HEAD

TOLD = {"name": "东街老板群", "people": 86}


def _send(program: Program, text: str, name: str = "群.csv") -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return program.client.post("/api/v1/room-sheets", {"file": file})


def test_a_group_is_registered_and_counted(cast: Cast) -> None:
    rong = Program(cast.rong)
    made = rong.ask("POST", "/told-rooms", TOLD | {"territory_id": cast.ids["PA"]}).json()
    assert made["is_new"]
    again = rong.ask("POST", "/told-rooms", TOLD | {"people": 90}).json()
    assert again == {"group_id": made["group_id"], "is_new": False}
    address = f"/groups/{made['group_id']}/room"
    assert rong.ask("POST", address, {"people": 91}).status_code == 204
    unfit = rong.ask("POST", address, {"people": 0})
    assert (unfit.status_code, unfit.json()["code"]) == (422, "community.people_unfit")
    assert rong.ask("POST", "/told-rooms", {"name": " ", "people": 5}).status_code == 422
    for outsider in (cast.song, cast.wai):
        assert Program(outsider).ask("POST", address, {"people": 5}).status_code == 404
    for nobody in (cast.oyang, cast.ding):
        assert Program(nobody).ask("POST", "/told-rooms", TOLD).status_code == 403


def test_a_sheet_is_read_looked_at_and_taken_in(cast: Cast) -> None:
    hua = Program(cast.hua)
    read = _send(hua, f"{HEAD}东街老板群,R1,PA,,86,老王,A1\n西街群,R9,PA,,,甲,\n")
    assert read.status_code == 200
    sheet = read.json()
    assert (sheet["state"], [one["name"] for one in sheet["groups"]]) == ("read", ["东街老板群"])
    assert sheet["problems"] == [[3, "owner", "R9"]]
    address = f"/room-sheets/{sheet['sheet_id']}"
    begun = hua.ask("POST", f"{address}/take-in")
    assert (begun.status_code, begun.json()["state"]) == (202, "taking")
    jobs.take_in_told_groups(
        enterprise_id=cast.ids["brand"],
        account_id=cast.hua.account_id,
        sheet_id=sheet["sheet_id"],
    )
    done = hua.ask("GET", address).json()
    assert (done["new"], done["done"], done["refused"]) == (1, 1, [])
    over = hua.ask("POST", f"{address}/take-in")
    assert (over.status_code, over.json()["code"]) == (409, "community.sheet_over")
    assert [one["sheet_id"] for one in hua.ask("GET", "/room-sheets").json()] == [sheet["sheet_id"]]


def test_what_is_no_sheet_is_refused_and_strangers_find_none(cast: Cast) -> None:
    hua = Program(cast.hua)
    assert _send(hua, "店名,电话\n甲,1\n").json()["code"] == "community.sheet_columns_missing"
    assert _send(Program(cast.rong), f"{HEAD}群,R1,PA,,,甲,\n").status_code == 403
    sheet = _send(hua, f"{HEAD}群,R1,PA,,,甲,\n").json()
    for stranger in (cast.rong, cast.wai):
        program = Program(stranger)
        assert program.ask("GET", f"/room-sheets/{sheet['sheet_id']}").status_code == 404
        assert program.ask("POST", f"/room-sheets/{sheet['sheet_id']}/take-in").status_code == 404
        assert program.ask("GET", "/room-sheets").json() == []
