"""The import wizard through the browser's eyes, and every page of it as an outsider."""

import io
import json
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qunlian.channel import jobs
from qunlian.channel.rosters.fields import FIELDS, Kind
from qunlian.kernel.actor import Actor
from tests.cast_words import Cast
from tests.channel.rosters import fetch

Browser = Callable[[Actor], Client]
SHEET = "店编码,店名,区域,年销售额\nN1,好店,PA,3万\nA1,改名,PA,\nN2,坏店,没有,\n"


def body(response) -> bytes:
    content = b"".join(response.streaming_content)
    response.close()
    return content


def send(client: Client, text: str = SHEET, kind: str = "stores"):
    file = SimpleUploadedFile("我的名单.csv", text.encode("gb18030"))
    return client.post("/imports/new", {"kind": kind, "file": file})


def work(cast: Cast, name: str) -> None:
    ((args,),) = fetch(
        cast.hua, f"SELECT args FROM procrastinate_jobs WHERE task_name = 'channel.{name}_roster'"
    )
    getattr(jobs, name)(**json.loads(args))


def test_the_whole_wizard(cast: Cast, logged_in: Browser) -> None:
    client = logged_in(cast.hua)
    assert client.get("/imports").status_code == 200
    assert client.get("/imports/new").status_code == 200
    page = send(client)
    assert page.status_code == 302
    place = page["Location"]
    text = client.get(place).content.decode()
    assert "东街1号便利店" in text  # the old name beside the new
    assert "改名" in text
    columns = {"column-code": "0", "column-name": "1", "column-territory": "2", "column-size": "3"}
    preview = client.get(place, {"columns": "1", **columns}).content.decode()
    assert "没有" in preview
    assert client.post(f"{place}/check", columns)["Location"] == place
    assert client.get(f"{place}/progress").status_code == 200
    work(cast, "examine")
    assert client.get(f"{place}/progress")["HX-Refresh"] == "true"
    assert client.get(place).status_code == 200
    bad = openpyxl.load_workbook(io.BytesIO(body(client.get(f"{place}/bad-rows"))))
    assert [row[0].value for row in bad.active.iter_rows()] == ["店编码", "N2"]
    client.post(f"{place}/load", {"mode": "good"})
    work(cast, "commit")
    assert client.get(place).status_code == 200
    assert fetch(cast.hua, "SELECT name, size_fen FROM channel_store WHERE code = 'N1'") == [
        ("好店", 3_000_000)
    ]
    assert "我的名单.csv" in client.get("/imports").content.decode()


def test_a_file_that_cannot_be_read_is_explained_at_the_field(
    cast: Cast, logged_in: Browser
) -> None:
    client = logged_in(cast.hua)
    assert send(client, "").status_code == 422
    assert client.post("/imports/new", {"kind": "stores"}).status_code == 422


@pytest.mark.parametrize("kind", list(Kind))
def test_the_template_is_known_to_the_import(cast: Cast, logged_in: Browser, kind: Kind) -> None:
    response = logged_in(cast.hua).get(f"/imports/template/{kind}")
    book = openpyxl.load_workbook(io.BytesIO(body(response)))
    headings = [cell.value for cell in next(book.active.iter_rows())]
    assert len(headings) == len(FIELDS[kind])
    assert len(book.sheetnames) == 2


def test_an_export_through_the_page(cast: Cast, logged_in: Browser) -> None:
    response = logged_in(cast.rong).post("/exports/stores", {"format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(body(response)))
    assert book.active.max_row == 5
    assert logged_in(cast.rong).post("/exports/nonsense").status_code == 404


@pytest.mark.parametrize("who", ["wai", "song", "du", "guan", "oyang"])
def test_an_outsider_finds_nothing(cast: Cast, logged_in: Browser, who: str) -> None:
    place = send(logged_in(cast.rong))["Location"]
    client = logged_in(getattr(cast, who))
    for path in ("", "/progress", "/bad-rows"):
        assert client.get(place + path).status_code == 404, path
    for path in ("/check", "/load", "/cancel"):
        assert client.post(place + path).status_code == 404, path
    assert "我的名单" not in client.get("/imports").content.decode()


def test_the_list_asks_as_often_for_many_as_for_one(cast: Cast, logged_in: Browser) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = logged_in(cast.hua)
    send(client)
    with CaptureQueriesContext(connection) as one:
        client.get("/imports")
    for _ in range(5):
        send(client)
    with CaptureQueriesContext(connection) as many:
        client.get("/imports")
    assert len(many) == len(one)
