"""A brand on the sandbox: the groups made up there, and the roster here that belongs to them."""

from dataclasses import dataclass, field
from typing import Any

from qunlian.channel.models import Contact, Person, Staff, Store
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, Role
from qunlian.sandboxes.wecom import Sandbox
from tests import make
from tests.cast_words import TODAY

#: Has left, and still owns the groups he made.
LEAVER = "left0001"


@dataclass
class Company:
    """A brand whose groups live on the sandbox; ``shops`` and ``staff`` are those that belong to them."""

    brand: Actor
    sandbox: Sandbox
    headquarters: Actor
    staff: dict[str, make.KnownStaff]
    patches: dict[str, int]
    shops: list[dict[str, Any]]
    root: int
    stores: dict[str, int] = field(default_factory=dict)

    def truth(self) -> dict[str, Any]:
        """Tell all that is so, as nobody could ask for."""
        return dict(self.sandbox.get("truth"))


def open_company(
    brand: Actor, sandbox: Sandbox, *, reps: int, groups: int, people: int, seed: int = 3
) -> Company:
    """Make up a company and the roster that belongs to it; nothing is read yet."""
    told = sandbox.post("company", seed=seed, staff=reps, groups=groups, customers_per_group=people)
    root = make.territory(brand, None, "WE", "西南大区")
    head = make.staff(brand, "we-hq", "总部", Role.HEADQUARTERS, covers=root)
    manager = make.staff(brand, "we-boss", "大区经理", Role.MANAGER, superior=head, covers=root)
    staff, patches = {}, {}
    for number in range(1, reps + 1):
        userid = f"rep{number:04}"
        patch = make.territory(brand, root, f"WE{number}", f"蓝河{number}片", is_patch=True)
        staff[userid] = make.staff(
            brand, userid, f"业务{number}", Role.REP, superior=manager, covers=patch
        )
        patches[userid] = patch.pk
    gone = make.staff(brand, LEAVER, "离职员工", Role.REP)
    with scope.writing(brand):
        Staff.objects.filter(pk=gone.pk).update(left_on=TODAY)
    company = Company(brand, sandbox, head.actor, staff, patches, told["shops"], root.pk)
    _lay_stores(company)
    return company


def _lay_stores(company: Company) -> None:
    e = company.brand.enterprise_id
    with scope.writing(company.brand):
        owners = Person.objects.bulk_create(
            Person(
                enterprise_id=e,
                name=shop["owner"],
                phone=f"+86{shop['phone']}",
                created_at=make.NOON,
            )
            for shop in company.shops
        )
        stores = Store.objects.bulk_create(
            Store(
                enterprise_id=e,
                code=f"WE{number:06}",
                name=shop["shop"],
                type="便利店",
                management="ABCD"[number % 4],
                size_fen=1_000_000 * (1 + number % 9),
                territory_id=company.patches[shop["userid"]],
                owner=owner,
                search_text=shop["shop"],
                created_at=make.NOON,
                changed_at=make.NOON,
            )
            for number, (shop, owner) in enumerate(zip(company.shops, owners, strict=True))
        )
        Contact.objects.bulk_create(
            Contact(enterprise_id=e, person=owner, store=store, since_at=make.NOON)
            for owner, store in zip(owners, stores, strict=True)
        )
    company.stores = {
        shop["external_userid"]: store.pk for shop, store in zip(company.shops, stores, strict=True)
    }
