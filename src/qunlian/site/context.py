"""What every page's template knows."""

from typing import Any

from django.http import HttpRequest

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.console.nav import items_for
from qunlian.member.nav import MEMBER_NAV


def page(request: HttpRequest) -> dict[str, Any]:
    """Add the actor, his enterprise (with ``is_demo``), the navigation he may use, and the phone's tabs."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"actor": None, "enterprise": None, "nav": ()}
    return {
        "actor": actor,
        "enterprise": enterprise_card(actor),
        "nav": items_for(actor),
        "member_nav": MEMBER_NAV,
    }
