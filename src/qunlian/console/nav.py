"""The console's menu: one line per page that somebody starts from."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunlian.kernel.actor import Actor, Role

EVERYBODY = frozenset(Role) - {Role.MEMBER, Role.SYSTEM}
PLANNERS = frozenset({Role.HEADQUARTERS, Role.MANAGER, Role.GROUP_MANAGER})
HEADQUARTERS = frozenset({Role.HEADQUARTERS})


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One entry: ``url_name`` leads to it, ``section`` groups it, ``icon`` is a Tabler icon's name.

    ``key``: pressing ``g`` and then this letter goes there.
    """

    url_name: str
    label: str | Promise
    icon: str
    section: str | Promise = ""
    key: str = ""
    roles: frozenset[Role] = EVERYBODY
    is_on_phone: bool = False


NAV: tuple[NavItem, ...] = (
    NavItem(url_name="insight_today", label=_("Today"), icon="sun", key="t", is_on_phone=True),
    NavItem(
        url_name="commerce_list_orders",
        label=_("Orders"),
        icon="receipt",
        section=_("Trade"),
        key="o",
        is_on_phone=True,
    ),
    NavItem(
        url_name="commerce_list_products",
        label=_("Products"),
        icon="package",
        section=_("Trade"),
        key="p",
    ),
    NavItem(
        url_name="commerce_trial_balance",
        label=_("Ledger"),
        icon="wallet",
        section=_("Trade"),
        key="l",
        roles=HEADQUARTERS,
    ),
)


def items_for(actor: Actor) -> tuple[NavItem, ...]:
    """Return the entries this role may use, in order."""
    return tuple(item for item in NAV if actor.role in item.roles)
