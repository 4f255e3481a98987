"""What the platform tells of accounts is kept as long as it is needed."""

from qunlian.channel.actions.note_accounts import note_accounts
from qunlian.channel.models import Handle
from qunlian.channel.steps.handles import Met, Noted, tie_to_stores
from qunlian.kernel import scope
from tests.cast_words import NOON, Cast

NOTED = Noted(key="wm1", remarks=({"by": "r1", "remark": "东街老王", "phones": ["13800000009"]},))


def _remarks(cast: Cast) -> object:
    with scope.reading(cast.hua):
        return Handle.objects.get(key="wm1").remarks


def test_staff_find_themselves_and_remarks_are_kept(cast: Cast) -> None:
    met = [Met(key="r1", is_staff=True), Met(key="who", is_staff=True), Met(key="wm1")]
    assert note_accounts(actor=cast.hua, platform="wecom", met=met, now=NOON) == 2
    note_accounts(actor=cast.hua, platform="wecom", noted=[NOTED, Noted(key="wm9")], now=NOON)
    assert _remarks(cast) == [dict(NOTED.remarks[0])]


def test_what_was_noted_goes_when_the_store_is_known(cast: Cast) -> None:
    note_accounts(actor=cast.hua, platform="wecom", met=[Met(key="wm1")], now=NOON)
    note_accounts(actor=cast.hua, platform="wecom", noted=[NOTED], now=NOON)
    with scope.writing(cast.hua):
        tie_to_stores(cast.hua, {Handle.objects.get(key="wm1").pk: cast.ids["A1"]}, NOON)
    assert _remarks(cast) == []
    note_accounts(actor=cast.hua, platform="wecom", noted=[NOTED], now=NOON)
    assert _remarks(cast) == []
