"""The channel's pages, opened by each of the cast; what is beyond reach is not found."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qunlian.channel import steps
from qunlian.channel.models import Store
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, PASSWORD, Cast
from tests.settled import wait_for_journal

Browser = Callable[[Actor], Client]
PAGES = (
    "/stores",
    "/stores/{A1}",
    "/stores/{A1}/enter",
    "/territories",
    "/territories/{PA}",
    "/territories/{N}/children",
    "/distributors",
    "/distributors/{D2}",
    "/distributors/{D1}/children",
    "/staff",
    "/staff/{R1}",
    "/account",
    "/accounts",
    "/audit",
    "/stores/enter",
)


@pytest.mark.parametrize("page", PAGES)
def test_headquarters_opens_every_page(cast: Cast, logged_in: Browser, page: str) -> None:
    assert logged_in(cast.hua).get(page.format(**cast.ids)).status_code == 200


@pytest.mark.parametrize("page", [p for p in PAGES if "{" in p])
def test_an_outsider_finds_nothing(cast: Cast, logged_in: Browser, page: str) -> None:
    assert logged_in(cast.wai).get(page.format(**cast.ids)).status_code == 404


def test_a_sibling_and_a_partner_see_their_own_only(cast: Cast, logged_in: Browser) -> None:
    song, du = logged_in(cast.song), logged_in(cast.du)
    text = song.get("/stores").content.decode()
    assert "B1" in text
    assert "东街" not in text
    assert "西街" not in du.get("/stores").content.decode()
    for page in ("/stores/{A1}", "/territories/{PA}", "/staff/{R1}", "/distributors/{D1}"):
        assert song.get(page.format(**cast.ids)).status_code == 404
    assert du.get("/distributors/{D1}".format(**cast.ids)).status_code == 404
    assert du.get("/audit").status_code == 404


def test_a_stranger_is_led_to_the_log_in(cast: Cast) -> None:
    assert Client().get("/stores?q=x")["Location"] == "/login?next=%2Fstores%3Fq%3Dx"


def test_search_filters_and_export(cast: Cast, logged_in: Browser) -> None:
    hua = logged_in(cast.hua)
    assert "西街1号超市" in hua.get("/stores?q=西街").content.decode()
    answer = hua.get(f"/stores/export?format=csv&territory={cast.ids['PB']}")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["B1", "B2", "B3"]


def test_a_store_is_entered_and_what_was_typed_is_kept_on_refusal(
    cast: Cast, logged_in: Browser
) -> None:
    rong = logged_in(cast.rong)
    typed = {"code": "A8", "name": "新店", "territory": cast.ids["PA"], "closeness": "101"}
    refused = rong.post("/stores/enter", typed)
    assert refused.status_code == 422
    assert "新店" in refused.content.decode()
    done = rong.post("/stores/enter", {**typed, "closeness": "80"})
    assert done.status_code == 302
    again = rong.post(done["Location"] + "/enter", {**typed, "name": "旧店", "closeness": "9"})
    assert again["Location"] == done["Location"]
    assert "旧店" in rong.get(done["Location"]).content.decode()
    assert rong.post(done["Location"] + "/close").status_code == 302
    assert logged_in(cast.song).post(done["Location"] + "/close").status_code == 404


def test_a_number_is_shown_when_asked_for(cast: Cast, logged_in: Browser) -> None:
    rong = logged_in(cast.rong)
    page = rong.get("/stores/{A1}".format(**cast.ids)).content.decode()
    assert "138****0001" in page
    assert "13800000001" not in page
    answer = rong.post(f"/people/{cast.oyang.person_id}/contact")
    assert "13800000001" in answer.content.decode()
    assert logged_in(cast.song).post(f"/people/{cast.oyang.person_id}/contact").status_code == 404


def test_headquarters_keeps_trees_staff_and_accounts(cast: Cast, logged_in: Browser) -> None:
    hua, ids = logged_in(cast.hua), cast.ids
    posts = (
        (
            "/territories/add",
            {"parent": ids["N-1"], "code": "PC", "name": "南片", "is_patch": "on"},
        ),
        ("/territories/{PA}/rename", {"code": "PA", "name": "东片"}),
        ("/territories/{PA}/move", {"parent": ids["N"]}),
        ("/territories/{PA}/assign", {"staff": ids["R2"], "from_on": "2026-11-21"}),
        ("/distributors/add", {"parent": ids["D2"], "code": "D3", "name": "小杜"}),
        ("/distributors/{D2}/edit", {"code": "D2", "name": "杜记", "is_active": "on"}),
        ("/distributors/{D2}/move", {"parent": ""}),
        ("/staff/add", {"code": "R3", "name": "新人", "role": "rep", "superior": ids["M1"]}),
        ("/staff/{R1}/edit", {"name": "荣", "role": "rep", "superior": ids["M1"]}),
        ("/accounts/open", {"staff": ids["R1"], "login": "rong2", "password": PASSWORD}),
        ("/stores/tag", {"selected": [ids["A1"]], "tag": "VIP"}),
    )
    for address, typed in posts:
        answer = hua.post(address.format(**ids), typed)
        assert answer.status_code == 302, (address, answer.content.decode()[:500])
        assert "error" not in str(answer.cookies.get("messages", "")), address
    assert "南片" in hua.get("/territories/{N-1}".format(**ids)).content.decode()
    wait_for_journal()
    audit = hua.get("/audit?name=channel.").content.decode()
    assert "PC" in audit


def test_ones_own_account(cast: Cast, logged_in: Browser) -> None:
    rong, elsewhere = logged_in(cast.rong), logged_in(cast.rong)
    page = rong.post("/account/keys", {"name": "ERP"}).content.decode()
    assert "qlk_" in page
    assert "qlk_" not in rong.get("/account").content.decode()
    wrong = rong.post("/account/password", {"old": "x", "password": "a-new-secret-1"})
    assert wrong.status_code == 422
    good = rong.post("/account/password", {"old": PASSWORD, "password": "a-new-secret-1"})
    assert good["Location"] == "/account"
    assert rong.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_locking_out_ends_sessions_at_once(cast: Cast, logged_in: Browser) -> None:
    rong, hua = logged_in(cast.rong), logged_in(cast.hua)
    assert rong.get("/stores").status_code == 200
    hua.post(f"/accounts/{cast.rong.account_id}/deactivate")
    assert rong.get("/stores").status_code == 302
    assert hua.post(f"/accounts/{cast.wai.account_id}/deactivate").status_code == 404


@pytest.mark.parametrize("page", ["/stores", "/territories", "/staff", "/distributors", "/audit"])
def test_as_many_queries_for_many_rows_as_for_one(
    cast: Cast, logged_in: Browser, page: str
) -> None:
    hua = logged_in(cast.hua)
    hua.get(page)
    with CaptureQueriesContext(connection) as few:
        hua.get(page)
    with scope.writing(cast.hua):
        Store.objects.bulk_create(
            Store(
                enterprise_id=cast.ids["brand"],
                code=f"Z{n}",
                name=f"店{n}",
                territory_id=cast.ids["PB"],
                distributor_id=cast.ids["D1"],
                created_at=NOON,
                changed_at=NOON,
            )
            for n in range(30)
        )
    with CaptureQueriesContext(connection) as many:
        hua.get(page)
    assert len(many) == len(few)


def test_the_store_page_shows_the_join_link_where_there_is_one(
    cast: Cast, logged_in: Browser
) -> None:
    page = "/stores/{A1}".format(**cast.ids)
    hua = logged_in(cast.hua)
    assert "/m/j/" not in hua.get(page).content.decode()
    with scope.writing(cast.hua):
        code = steps.public_code(actor=cast.hua, kind="store", target_id=cast.ids["A1"])
    assert f"/m/j/{code}" in hua.get(page).content.decode()
