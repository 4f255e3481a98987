"""The console's menu: one line per page that somebody starts from."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunlian.kernel.actor import Actor, Role

EVERYBODY = frozenset(Role) - {Role.MEMBER, Role.SYSTEM}
PLANNERS = frozenset({Role.HEADQUARTERS, Role.MANAGER, Role.GROUP_MANAGER})
HEADQUARTERS = frozenset({Role.HEADQUARTERS})
KEEPERS = frozenset({Role.HEADQUARTERS, Role.MANAGER, Role.REP})
STAFF = EVERYBODY - {Role.DISTRIBUTOR}


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
    NavItem(
        url_name="insight_today",
        label=_("Today"),
        icon="sun",
        key="t",
        is_on_phone=True,
    ),
    NavItem(
        url_name="community_list_tasks",
        label=_("Tasks"),
        icon="checks",
        key="k",
        roles=STAFF,
    ),
    NavItem(
        url_name="channel_list_territories",
        label=_("Channel"),
        icon="sitemap",
        section=_("Roster"),
        key="c",
    ),
    NavItem(
        url_name="channel_list_stores",
        label=_("Stores"),
        icon="building-store",
        section=_("Roster"),
        key="s",
        is_on_phone=True,
    ),
    NavItem(
        url_name="channel_list_distributors",
        label=_("Distributors"),
        icon="building-warehouse",
        section=_("Roster"),
    ),
    NavItem(
        url_name="channel_list_staff",
        label=_("Staff"),
        icon="users",
        section=_("Roster"),
        roles=STAFF,
    ),
    NavItem(
        url_name="channel_list_likely_duplicates",
        label=_("Likely duplicates"),
        icon="users-group",
        section=_("Roster"),
        roles=KEEPERS,
    ),
    NavItem(
        url_name="channel_list_imports",
        label=_("Import"),
        icon="upload",
        section=_("Roster"),
        key="i",
    ),
    NavItem(
        url_name="community_list_plans",
        label=_("Plans"),
        icon="layout-grid",
        section=_("Matrix"),
        key="p",
        roles=PLANNERS,
    ),
    NavItem(
        url_name="community_coverage",
        label=_("Coverage"),
        icon="map-2",
        section=_("Matrix"),
        key="v",
    ),
    NavItem(
        url_name="activation_list_rollouts",
        label=_("Waves"),
        icon="trending-up",
        section=_("Matrix"),
        key="w",
        roles=STAFF,
    ),
    NavItem(
        url_name="activation_list_nominations",
        label=_("Nominations"),
        icon="users",
        section=_("Matrix"),
    ),
    NavItem(
        url_name="community_list_doors",
        label=_("Ways in"),
        icon="qrcode",
        section=_("Matrix"),
        roles=KEEPERS | {Role.GROUP_MANAGER},
    ),
    NavItem(
        url_name="community_list_groups",
        label=_("Groups"),
        icon="messages",
        section=_("Matrix"),
        key="g",
        is_on_phone=True,
    ),
    NavItem(
        url_name="messaging_list_broadcasts",
        label=_("Messages"),
        icon="send",
        section=_("Reach"),
        key="m",
        is_on_phone=True,
    ),
    NavItem(
        url_name="messaging_decay",
        label=_("Decay"),
        icon="trending-down",
        section=_("Reach"),
        key="d",
    ),
    NavItem(
        url_name="messaging_my_relays",
        label=_("To pass on"),
        icon="send",
        section=_("Reach"),
        roles=STAFF,
    ),
    NavItem(
        url_name="commerce_list_orders",
        label=_("Orders"),
        icon="receipt",
        section=_("Commerce"),
        key="o",
        is_on_phone=True,
    ),
    NavItem(
        url_name="commerce_list_products",
        label=_("Products"),
        icon="package",
        section=_("Commerce"),
    ),
    NavItem(
        url_name="commerce_trial_balance",
        label=_("Ledger"),
        icon="scale",
        section=_("Commerce"),
        key="l",
    ),
    NavItem(
        url_name="channel_list_platforms",
        label=_("Platforms"),
        icon="plug",
        section=_("Settings"),
        roles=HEADQUARTERS,
    ),
    NavItem(
        url_name="channel_read_audit",
        label=_("Audit"),
        icon="shield-check",
        section=_("Settings"),
        roles=HEADQUARTERS,
    ),
)


def items_for(actor: Actor) -> tuple[NavItem, ...]:
    """Return the entries this role may use, in order."""
    return tuple(item for item in NAV if actor.role in item.roles)
