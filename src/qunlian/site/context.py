"""What every page's template knows."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from qunlian.channel.queries.accounts import account_name
from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.console.channel.words import ROLES
from qunlian.console.nav import items_for
from qunlian.member.nav import tabs
from qunlian.messaging.queries.chats import unread_messages


def page(request: HttpRequest) -> dict[str, Any]:
    """
    Add the actor, his enterprise (with ``is_demo``), the navigation he may use, and the phone's tabs.

    What only some pages show asks the database when it is shown.
    """
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"actor": None, "enterprise": None, "nav": ()}
    return {
        "actor": actor,
        "enterprise": enterprise_card(actor),
        "account_name": SimpleLazyObject(lambda: account_name(actor)),
        "role_name": ROLES.get(actor.role.value, ""),
        "nav": items_for(actor),
        "member_nav": SimpleLazyObject(
            lambda: tabs(unread=unread_messages(actor), has_store=bool(actor.reach.store_ids))
        ),
    }
