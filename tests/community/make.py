"""Makers of groups and stays, for tests of this slice and of those above it."""

from qunlian.community.models import Group, GroupStore, Member, StaffView
from qunlian.community.steps import Newcomer, admit_member
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, Role, system_actor
from tests import make
from tests.cast_words import NOON


def group(
    enterprise_id: int,
    name: str,
    *,
    territory_id: int,
    store_ids: tuple[int, ...] = (),
    **facts: object,
) -> int:
    """A group of the built-in platform with these base stores, of other ``facts`` than usual; its id."""
    with scope.writing(system_actor(enterprise_id)):
        owner = StaffView.objects.filter(role="headquarters").order_by("pk").first()
        usual = {
            "owner_person_id": owner.person_id if owner else None,
            "layer": "store",
            "purposes": ["activate"],
            "platform": "web",
            "life": "inviting",
            "seats_cap": 500,
            "seats_expected": len(store_ids),
            "created_at": NOON,
            "changed_at": NOON,
        }
        row = Group.objects.create(
            enterprise_id=enterprise_id, name=name, territory_id=territory_id, **usual | facts
        )
        row.platform_key = f"group-{row.pk}"
        row.save(update_fields=["platform_key"])
        GroupStore.objects.bulk_create(
            GroupStore(
                enterprise_id=enterprise_id,
                layer="store",
                store_id=store_id,
                group=row,
                seats=1,
                since_at=NOON,
            )
            for store_id in store_ids
        )
    return row.pk


def member(
    actor: Actor, group_id: int, *, store_id: int | None = None, role: str = "member"
) -> int:
    """Seat this actor's person in the group; the member's id."""
    machinery = system_actor(actor.enterprise_id)
    with scope.writing(machinery):
        admission = admit_member(
            actor=machinery,
            group_id=group_id,
            newcomer=Newcomer(person_id=actor.person_id or 0, store_id=store_id, role=role),
            at=NOON,
        )
    return admission.member_id


def seats_taken(enterprise_id: int, group_id: int) -> tuple[int, int]:
    """The group's counter and the stays it should count."""
    with scope.reading(system_actor(enterprise_id)):
        return (
            Group.objects.get(pk=group_id).seats_taken,
            Member.objects.filter(group_id=group_id, left_at=None).count(),
        )


def colleague_of(actor: Actor) -> Actor:
    """Add a second account of headquarters."""
    brand = system_actor(actor.enterprise_id)
    return make.staff(brand, "HQ2", "何总", Role.HEADQUARTERS).actor
