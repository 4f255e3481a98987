"""
Welcomes of groups: what greets newcomers stands as a template (入群欢迎语素材) in the company's list, from
which the group's owner chooses it on the phone.

Source: document 92366 (2023-12-01): a hundred templates; only the app that made one may change it; ``notify``
would prompt all members, where our own task goes to the owner alone.
"""

from collections.abc import Sequence
from datetime import datetime

from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.extensions import RoomWelcome
from qunlian.platforms.port import Outcome, Result
from qunlian.platforms.wecom import shelf
from qunlian.platforms.wecom.api import templates
from qunlian.platforms.wecom.client import Client, on_thread
from qunlian.platforms.wecom.errors import Kind, OutcomeUnknown, WeComTrouble
from qunlian.platforms.wecom.wording import cut

_FULL = 41055


async def keep(client: Client, wishes: Sequence[RoomWelcome], now: datetime) -> tuple[Result, ...]:
    """Have the list hold what these rooms greet with, and no more than that."""
    results = [await _keep_one(client, wish, now) for wish in wishes]
    await _tidy(client)
    return tuple(results)


async def _keep_one(client: Client, wish: RoomWelcome, now: datetime) -> Result:
    content = cut(wish.text.strip(), templates.WELCOME_BYTES)
    if not content:
        await on_thread(shelf.leave, client.account, wish.room_key)
        return Result(item=wish.room_key, outcome=Outcome.SENT)
    kept = await on_thread(shelf.take, client.account, wish.room_key, content, now=now)
    if kept.state == "edit" and not await _edited(client, kept, content):
        kept = await on_thread(shelf.take, client.account, wish.room_key, content, now=now)
    if kept.state == "add":
        return await _added(client, wish.room_key, kept, content)
    if kept.state == "waiting":
        return Result(item=wish.room_key, outcome=Outcome.UNKNOWN)
    return _chosen_by_hand(wish.room_key, kept.template_id, "" if kept.template_id else kept.state)


async def _added(client: Client, room_key: str, kept: shelf.Kept, content: str) -> Result:
    """Make a template, once: where the answer got lost a person looks for it."""
    welcome = templates.Welcome(content=content, notifies_owners=False)
    try:
        template_id = await templates.add_welcome(client, welcome)
    except OutcomeUnknown:
        return Result(item=room_key, outcome=Outcome.UNKNOWN)
    except PlatformTrouble as trouble:
        await on_thread(shelf.forget, client.account, kept.row_id)
        if isinstance(trouble, WeComTrouble) and (trouble.errcode == _FULL or trouble.permanent):
            problem = "full" if trouble.errcode == _FULL else f"wecom_{trouble.errcode}"
            return _chosen_by_hand(room_key, "", problem)
        raise
    await on_thread(shelf.keep, client.account, kept.row_id, template_id)
    return _chosen_by_hand(room_key, template_id)


async def _edited(client: Client, kept: shelf.Kept, content: str) -> bool:
    """Reword a template; False when it is there no more, or not ours."""
    try:
        await templates.edit_welcome(client, kept.template_id, templates.Welcome(content=content))
    except WeComTrouble as trouble:
        if trouble.kind is not Kind.DATA:
            raise
        await on_thread(shelf.forget, client.account, kept.row_id)
        return False
    await on_thread(shelf.keep, client.account, kept.row_id, kept.template_id)
    return True


async def _tidy(client: Client) -> None:
    """Delete the templates that no room has any more; what fails now is deleted another time."""
    for row_id, template_id in (await on_thread(shelf.going, client.account)).items():
        try:
            await templates.delete_welcome(client, template_id)
        except WeComTrouble as trouble:
            if trouble.kind is not Kind.DATA:
                return
        except PlatformTrouble:
            return
        await on_thread(shelf.forget, client.account, row_id)


def _chosen_by_hand(room_key: str, template_id: str, problem: str = "") -> Result:
    return Result(item=room_key, outcome=Outcome.WITH_PERSON, key=template_id, problem=problem)
