"""The channel's words on the screen, for choices, lights and the journal."""

from django.utils.translation import gettext_lazy as _

ROLES = {
    "headquarters": _("Headquarters"),
    "manager": _("Manager"),
    "rep": _("Sales rep"),
    "group_manager": _("Group manager"),
    "distributor": _("Distributor"),
    "member": _("Member"),
}
STATUSES = {"open": _("Open"), "paused": _("Paused"), "closed": _("Closed")}
CONTACT_ROLES = {"owner": _("Owner"), "clerk": _("Shop assistant"), "contact": _("Contact")}
FACTS = {
    "channel.logged_in": _("Logged in"),
    "channel.logged_out": _("Logged out"),
    "channel.password_changed": _("Changed the password"),
    "channel.password_reset": _("Reset somebody's password"),
    "channel.session_ended": _("Logged a browser out"),
    "channel.api_token_made": _("Made an API key"),
    "channel.api_token_revoked": _("Revoked an API key"),
    "channel.account_opened": _("Opened an account"),
    "channel.account_deactivated": _("Deactivated an account"),
    "channel.account_reactivated": _("Reactivated an account"),
    "channel.enterprise_founded": _("Founded the enterprise"),
    "channel.contact_viewed": _("Looked at a telephone number"),
    "channel.store_added": _("Added a store"),
    "channel.store_edited": _("Changed a store"),
    "channel.store_closed": _("Closed a store"),
    "channel.store_reopened": _("Reopened a store"),
    "channel.stores_tagged": _("Tagged stores"),
    "channel.stores_untagged": _("Took a tag off stores"),
    "channel.territory_added": _("Added a territory"),
    "channel.territory_renamed": _("Renamed a territory"),
    "channel.territory_moved": _("Moved a territory"),
    "channel.territory_assigned": _("Assigned a territory"),
    "channel.staff_added": _("Added staff"),
    "channel.staff_edited": _("Changed staff"),
    "channel.staff_handed_over": _("Handed staff's work over"),
    "channel.distributor_added": _("Added a distributor"),
    "channel.distributor_edited": _("Changed a distributor"),
    "channel.distributor_moved": _("Moved a distributor"),
}
KINDS = {
    "store": _("Store"),
    "territory": _("Territory"),
    "staff": _("Staff"),
    "distributor": _("Distributor"),
    "person": _("Person"),
    "account": _("Account"),
    "group": _("Group"),
    "order": _("Order"),
    "broadcast": _("Broadcast"),
    "plan": _("Plan"),
    "product": _("Product"),
}
#: Where a thing of a kind has its page; kinds of other slices are left without a link.
PAGES = {
    "store": "channel_store_page",
    "territory": "channel_territory_page",
    "staff": "channel_staff_page",
    "distributor": "channel_distributor_page",
}


def fact_in_words(name: str) -> str:
    """Return what a fact says; one of another slice keeps its name."""
    return str(FACTS.get(name, name))
