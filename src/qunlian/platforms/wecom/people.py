"""Who is who on WeCom: the corp's own members, and customers with what members noted of them."""

import asyncio
import json
from collections.abc import Sequence

from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.port import PersonCard, PersonCards, Remark, StaffAccount
from qunlian.platforms.wecom.api import contacts
from qunlian.platforms.wecom.client import Client
from qunlian.platforms.wecom.errors import Kind, WeComTrouble

_ROOT = 1
#: Disabled, and left.
_GONE = {2, 5}


async def staff(client: Client) -> tuple[StaffAccount, ...]:
    """
    Return the members that the app sees.

    An app that does not see the whole corp is refused the whole list; then those who serve customers are read
    one by one.
    """
    try:
        found = await contacts.staff_of(client, _ROOT)
    except WeComTrouble as trouble:
        if trouble.kind is not Kind.CONFIGURATION and not trouble.permanent:
            raise
        keys = await contacts.followers(client)
        found = [
            one for one in await asyncio.gather(*(_member(client, key) for key in keys)) if one
        ]
    return tuple(
        StaffAccount(key=one.userid, name=one.name, is_active=one.status not in _GONE)
        for one in {one.userid: one for one in found}.values()
    )


async def read(client: Client, person_keys: Sequence[str]) -> tuple[PersonCard, ...]:
    """Return customers' cards; whoever can't be read just now is missing."""
    keys = list(dict.fromkeys(person_keys))
    told = await asyncio.gather(*(_customer(client, key) for key in keys))
    cards = tuple(_card(one) for one in told if isinstance(one, contacts.Customer))
    troubles = [one for one in told if isinstance(one, PlatformTrouble)]
    if troubles and not cards:
        raise troubles[0]
    return cards


async def list_page(client: Client, cursor: str) -> PersonCards:
    """Return a page of the customers of a hundred members; our cursor says behind which members."""
    place = json.loads(cursor) if cursor else {"after": ""}
    members = sorted(await contacts.followers(client))
    some = [one for one in members if one > place["after"]][: contacts.STAFF_AT_ONCE]
    if not some:
        return PersonCards(cards=(), cursor=cursor, has_more=False)
    found, behind = await contacts.customers_page(client, some, place.get("cursor", ""))
    on = {"after": place["after"], "cursor": behind} if behind else {"after": some[-1]}
    return PersonCards(
        cards=tuple(_card(one) for one in found),
        cursor=json.dumps(on),
        has_more=bool(behind) or some[-1] != members[-1],
    )


async def _member(client: Client, key: str) -> contacts.StaffMember | None:
    try:
        return await contacts.staff_member(client, key)
    except WeComTrouble:
        return None


async def _customer(client: Client, key: str) -> contacts.Customer | PlatformTrouble | None:
    try:
        return await contacts.customer(client, key)
    except WeComTrouble as trouble:
        return None if trouble.kind in {Kind.DATA, Kind.RELATION} else trouble
    except PlatformTrouble as trouble:
        return trouble


def _card(customer: contacts.Customer) -> PersonCard:
    return PersonCard(
        person_key=customer.external_userid,
        name=customer.name,
        union_key=customer.unionid,
        remarks=tuple(
            Remark(by_key=one.userid, remark=one.remark, phones=one.mobiles)
            for one in customer.followers
        ),
    )
