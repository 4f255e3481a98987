"""Owners who came a second time: by the poster, with another phone, and so as somebody new."""

from contextlib import suppress

from qunlian.channel.actions.find_likely_duplicates import find_likely_duplicates
from qunlian.channel.queries.people import list_likely_duplicates
from qunlian.channel.queries.stores import StoreFilter, list_stores
from qunlian.channel.steps import AlreadyEnlisted
from qunlian.cli.demo_load.laying import Laying
from qunlian.community.actions.join_group import Joining, join_group
from qunlian.community.steps import GroupFull
from qunlian.messaging.actions.merge_people import merge_people

#: How far apart the stores lie in the list, and the numbers: a second mobile, or the shop's own telephone.
_APART = 23
_NUMBERS = ("18900001201", "0571-88001202", "18900001203", "0571-88001204", "18900001205")


def lay_doubles(laying: Laying) -> None:
    """Let a few come twice, find them, and merge the first pair; the others wait for the reader."""
    owners = dict(laying.demo.stores.select("code", "owner_name").iter_rows())
    rows = list_stores(laying.headquarters, StoreFilter(status="open"), take=500).rows[::_APART]
    for days_ago, (store, number) in enumerate(zip(rows, _NUMBERS, strict=False), 2):
        name = owners.get(store.code, "")
        is_short = len(name) > 2 and number.startswith("0")  # noqa: PLR2004  (王小明 writes 王明)
        joining = Joining(
            target_id=store.id,
            name=name[0] + name[2:] if is_short else name,
            phone=number,
            source="poster",
        )
        with suppress(AlreadyEnlisted, GroupFull):  # laid by an interrupted run, or no seat left
            join_group(actor=laying.machinery, joining=joining, now=laying.moment(days_ago, 19))
    find_likely_duplicates(actor=laying.machinery, now=laying.moment(1, 3, 20))
    pairs = list_likely_duplicates(laying.headquarters).rows
    if len(pairs) == len(_NUMBERS):
        first = pairs[0]
        merge_people(
            actor=laying.headquarters,
            kept_id=first.keep_id,
            merged_id=first.first.person_id + first.second.person_id - first.keep_id,
            note="同一位老板，换了手机",
            now=laying.moment(1, 9, 30),
        )
