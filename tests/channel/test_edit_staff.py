"""What is kept about a member of staff changes; nobody is his own superior."""

import pytest

from qunlian.channel.actions.edit_staff import OwnSuperior, StaffEntry, edit_staff
from qunlian.channel.models import Account
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def test_a_promotion_is_his_accounts_too(cast: Cast) -> None:
    entry = StaffEntry(name="荣经理", role="manager", superior_id=cast.ids["HQ1"])
    done = edit_staff(actor=cast.hua, staff_id=cast.ids["R1"], entry=entry, now=NOON)
    assert done.changed == ("name", "role", "superior")
    assert Account.objects.get(pk=cast.rong.account_id).role == "manager"


def test_refusals(cast: Cast) -> None:
    below = StaffEntry(name="马经理", role="manager", superior_id=cast.ids["R1"])
    with pytest.raises(OwnSuperior):
        edit_staff(actor=cast.hua, staff_id=cast.ids["M1"], entry=below, now=NOON)
    with pytest.raises(Forbidden):
        edit_staff(actor=cast.ma, staff_id=cast.ids["R1"], entry=below, now=NOON)
    with pytest.raises(NotFound):
        edit_staff(actor=cast.wai, staff_id=cast.ids["R1"], entry=below, now=NOON)
