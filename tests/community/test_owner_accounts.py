"""A platform with accounts of its own is told whose room it shall be by those."""

from collections.abc import Sequence
from datetime import datetime

from qunlian.channel.models import Handle
from qunlian.community import requests
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.platforms.port import Feature, Means, Outcome, OwnerChange, Result
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group, request_state, settle
from tests.platforms.by_hand import ByHand


def test_it_goes_by_accounts_and_says_where_none_is_known(cast: Cast, by_hand: ByHand) -> None:
    told: list[OwnerChange] = []

    def change_owners(
        _enterprise_id: int, changes: Sequence[OwnerChange], *, now: datetime
    ) -> tuple[Result, ...]:
        told.extend(changes)
        return tuple(Result(item=one.room_key, outcome=Outcome.SENT) for one in changes)

    by_hand.has_own_accounts = True
    by_hand.capabilities[Feature.CHANGE_OWNER] = Means.API
    by_hand.change_owners = change_owners  # type: ignore[method-assign]
    brand, group_id = system_actor(cast.ids["brand"]), hand_group(cast)
    hua, rong = cast.hua.person_id or 0, cast.rong.person_id or 0

    def ask() -> None:
        with scope.writing(brand):
            requests.ask_owner(brand, {group_id: "群"}, hua, rong, NOON)
        settle(cast)

    ask()
    assert (told, request_state(cast, "owner")) == ([], ("refused", "account_unknown"))
    with scope.writing(brand):
        Handle.objects.create(
            enterprise_id=brand.enterprise_id,
            platform="by_hand",
            key="RongYeWu",
            is_staff=True,
            person_id=rong,
            met_at=NOON,
        )
        requests.Request.objects.all().update(state="asked")
    settle(cast)
    assert [(one.from_key, one.to_key) for one in told] == [("", "RongYeWu")]
    assert request_state(cast, "owner")[0] == "done"
