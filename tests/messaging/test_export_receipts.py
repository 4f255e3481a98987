"""What leaves the house is noted, and no name becomes a formula."""

import io
from collections.abc import Callable

import openpyxl
import pytest
from django.test import Client

from qunlian.channel.models import Person
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging.actions.export_receipts import export_receipts
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import scene, sent
from tests.messaging.test_view_receipts import facts

Browser = Callable[[Actor], Client]


def rows_of(client: Client, url: str) -> list[tuple[object, ...]]:
    answer = client.get(url)
    assert answer.status_code == 200, url
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_what_is_on_screen_comes_as_a_sheet(cast: Cast, logged_in: Browser) -> None:
    here = scene(cast)
    told = sent(cast)
    with scope.writing(system_actor(cast.ids["brand"])):
        Person.objects.filter(pk=cast.oyang.person_id).update(name="=HYPERLINK(1)")
    desk = logged_in(cast.hua)
    people = rows_of(desk, f"/broadcasts/{told}/groups/{here.a}/export")
    assert people[1][0] == "=HYPERLINK(1)"  # a text, as the cell's type says
    groups = rows_of(desk, f"/broadcasts/{told}/result/export?by=group")
    assert [row[0] for row in groups[1:]] == ["东街群", "西街群"]
    assert len(rows_of(desk, f"/broadcasts/{told}/result/export")) == 3
    assert facts(cast, "messaging.receipts_exported") == 3


def test_a_stranger_takes_nothing_out(cast: Cast, logged_in: Browser) -> None:
    here = scene(cast)
    told = sent(cast)
    for stranger, group_id in ((cast.wai, None), (cast.rong, here.b)):
        with pytest.raises(NotFound):
            export_receipts(actor=stranger, broadcast_id=told, group_id=group_id, now=NOON)
    assert logged_in(cast.wai).get(f"/broadcasts/{told}/result/export").status_code == 404
    assert facts(cast, "messaging.receipts_exported") == 0
