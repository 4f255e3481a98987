"""Add a product to the catalogue, or change one."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.commerce import access
from qunlian.commerce.models import Product
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid

STATUSES = ("draft", "on_sale", "off_sale")


class ProductIncomplete(Invalid):
    """A product needs a code (up to 40 characters) and a name (up to 80)."""

    code: ClassVar[str] = "commerce.product_incomplete"


class ProductCodeTaken(Conflict):
    """Another product has the code “%(product_code)s” already."""

    code: ClassVar[str] = "commerce.product_code_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDetails:
    """What is said of a product. ``picture`` None = keep the one it has."""

    code: str
    name: str
    spec: str = ""
    unit: str = ""
    description: str = ""
    retail_fen: int | None = None
    status: str = "on_sale"
    picture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedProduct:
    """The product's id."""

    product_id: int


def save_product(
    *, actor: Actor, product_id: int | None, details: ProductDetails, now: datetime
) -> SavedProduct:
    """
    Add a product, or change the one with this id.

    :raises NotFound: no such product
    :raises Forbidden: only headquarters keeps the catalogue
    :raises ProductIncomplete: code or name is missing or too long, or a value cannot be
    :raises ProductCodeTaken: another product has this code
    """
    with scope.writing(actor):
        product = access.product_for(actor, product_id) if product_id else Product()
        access.headquarters_only(actor)
        fields = _fields(details)
        if Product.objects.filter(code=fields["code"]).exclude(pk=product.pk).exists():
            raise ProductCodeTaken(product_code=fields["code"])
        if product_id is None:
            product.enterprise_id = actor.enterprise_id
            product.created_at = now
        for field, value in fields.items():
            setattr(product, field, value)
        product.changed_at = now
        product.save()
        journal.record(
            "commerce.product_saved",
            actor=actor,
            at=now,
            about={"product": [product.pk]},
            code=product.code,
            status=product.status,
        )
        return SavedProduct(product_id=product.pk)


def _fields(details: ProductDetails) -> dict[str, str | int | None]:
    fields: dict[str, str | int | None] = {
        "code": details.code.strip(),
        "name": details.name.strip(),
        "spec": details.spec.strip()[:80],
        "unit": details.unit.strip()[:12],
        "description": details.description.strip()[:4000],
        "retail_fen": details.retail_fen,
        "status": details.status,
    }
    if details.picture is not None:
        fields["picture"] = details.picture
    is_named = 1 <= len(str(fields["code"])) <= 40 and 1 <= len(str(fields["name"])) <= 80  # noqa: PLR2004
    is_priced = details.retail_fen is None or details.retail_fen > 0
    if not (is_named and is_priced and details.status in STATUSES):
        raise ProductIncomplete
    return fields
