"""Open a warehouse: the enterprise's, or a distributor's."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.commerce import access
from qunlian.commerce.models import DistributorView, Warehouse
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid, NotFound


class WarehouseIncomplete(Invalid):
    """A warehouse needs a code (up to 40 characters) and a name (up to 80)."""

    code: ClassVar[str] = "commerce.warehouse_incomplete"


class WarehouseCodeTaken(Conflict):
    """Another warehouse has this code already."""

    code: ClassVar[str] = "commerce.warehouse_code_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedWarehouse:
    """The warehouse's id."""

    warehouse_id: int


def open_warehouse(
    *, actor: Actor, code: str, name: str, now: datetime, distributor_id: int | None = None
) -> OpenedWarehouse:
    """
    Open a warehouse; stores are supplied from their distributor's first, the enterprise's last.

    :raises Forbidden: only headquarters opens warehouses
    :raises NotFound: no such distributor
    :raises WarehouseIncomplete: code or name is missing or too long
    :raises WarehouseCodeTaken: another has this code
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        code, name = code.strip(), name.strip()
        if not (1 <= len(code) <= 40 and 1 <= len(name) <= 80):  # noqa: PLR2004
            raise WarehouseIncomplete
        if distributor_id and not DistributorView.objects.filter(pk=distributor_id).exists():
            raise NotFound(kind="distributor", id=distributor_id)
        if Warehouse.objects.filter(code=code).exists():
            raise WarehouseCodeTaken
        row = Warehouse.objects.create(
            enterprise_id=actor.enterprise_id,
            code=code,
            name=name,
            distributor_id=distributor_id or None,
        )
        journal.record(
            "commerce.warehouse_opened", actor=actor, at=now, about={"warehouse": [row.pk]}
        )
        return OpenedWarehouse(warehouse_id=row.pk)
