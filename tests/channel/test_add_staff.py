"""Staff are added and edited; no cycles."""

import pytest

from qunlian.channel.actions.add_staff import NewStaff, add_staff
from qunlian.channel.actions.edit_staff import OwnSuperior, StaffEntry, edit_staff
from qunlian.channel.models import Account
from qunlian.channel.rules.entries import ChoiceRefused, PhoneRefused
from tests.cast_words import NOON, TODAY, Cast


def test_staff_are_added_and_edited_and_nobody_is_his_own_superior(cast: Cast) -> None:
    new = NewStaff(code="R3", name="新人", role="rep", joined_on=TODAY, superior_id=cast.ids["M1"])
    added = add_staff(actor=cast.hua, new=new, now=NOON)
    entry = StaffEntry(name="新人", role="manager", superior_id=cast.ids["M1"], phone="x")
    with pytest.raises(PhoneRefused):
        edit_staff(actor=cast.hua, staff_id=added.staff_id, entry=entry, now=NOON)
    with pytest.raises(ChoiceRefused):
        add_staff(
            actor=cast.hua,
            new=NewStaff(code="R4", name="x", role="boss", joined_on=TODAY),
            now=NOON,
        )
    below = StaffEntry(name="马经理", role="manager", superior_id=cast.ids["R1"])
    for staff in ("M1", "R1"):
        with pytest.raises(OwnSuperior):
            edit_staff(actor=cast.hua, staff_id=cast.ids[staff], entry=below, now=NOON)
    promoted = StaffEntry(name="荣经理", role="manager", superior_id=cast.ids["HQ1"])
    done = edit_staff(actor=cast.hua, staff_id=cast.ids["R1"], entry=promoted, now=NOON)
    assert done.changed == ("name", "role", "superior")
    assert Account.objects.get(pk=cast.rong.account_id).role == "manager"
