"""Opening warehouses."""

import pytest

from qunlian.commerce.actions.open_warehouse import (
    WarehouseCodeTaken,
    WarehouseIncomplete,
    open_warehouse,
)
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def test_a_warehouse_is_opened_once(cast: Cast) -> None:
    assert open_warehouse(actor=cast.hua, code="W", name="仓", now=NOON).warehouse_id
    with pytest.raises(WarehouseCodeTaken):
        open_warehouse(actor=cast.hua, code="W", name="仓", now=NOON)
    with pytest.raises(WarehouseIncomplete):
        open_warehouse(actor=cast.hua, code="", name="仓", now=NOON)
    with pytest.raises(Forbidden):
        open_warehouse(actor=cast.ding, code="W2", name="仓", now=NOON)
    with pytest.raises(NotFound):
        open_warehouse(actor=cast.wai, code="W", name="仓", now=NOON, distributor_id=cast.ids["D1"])
