"""The first consumers who came to the seed users' groups of two districts, by a poster's code."""

from contextlib import suppress
from itertools import cycle

from qunlian.channel.steps import AlreadyEnlisted
from qunlian.cli.demo_load.laying import Laying
from qunlian.community.actions.join_group import Joining, join_group
from qunlian.community.queries.groups import Slice, groups_in_slice
from qunlian.community.steps import GroupFull

_NAMES = (
    "吴晓燕",
    "郑文博",
    "陆佳怡",
    "金美凤",
    "汪思远",
    "何秀兰",
    "沈雨桐",
    "邵建平",
    "俞丹",
    "章子涵",
)
_FIRST_DAYS_AGO = 26


def lay_seeds(laying: Laying) -> None:
    """Let ten neighbours come, most of them to the first group."""
    wanted = Slice(layers=("consumer",))
    groups = [group.group_id for group in groups_in_slice(laying.headquarters, wanted)][:2]
    if not groups:
        return
    for number, (name, group_id) in enumerate(
        zip(_NAMES, cycle((groups[0], *groups)), strict=False)
    ):
        joining = Joining(
            target_id=group_id,
            kind="group",
            name=name,
            phone=f"189000013{number:02d}",
            source="poster",
        )
        at = laying.moment(_FIRST_DAYS_AGO - 2 * number, 20, 5 * number)
        with suppress(AlreadyEnlisted, GroupFull):  # laid by an interrupted run, or no seat left
            join_group(actor=laying.machinery, joining=joining, now=at)
