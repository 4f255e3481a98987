"""The channel's words on the screen, for choices, lights and the journal."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from qunlian.channel.rules.staff import time_of_assignment

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
    "channel.return_link_made": _("Made a link for a new phone"),
    "channel.return_link_used": _("Came back on a new phone"),
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
    "community.staff_handed_over": _("Handed staff's work over"),
    "community.request_confirmed": _("Confirmed a group's new owner"),
    "community.leavers_seen_off": _("Saw leavers off"),
    "community.partners_seated": _("Brought distributors' groups up to their people"),
    "channel.distributor_added": _("Added a distributor"),
    "channel.distributor_edited": _("Changed a distributor"),
    "channel.distributor_moved": _("Moved a distributor"),
    "channel.roster_uploaded": _("Uploaded a roster"),
    "channel.roster_check_asked": _("Had a roster checked"),
    "channel.roster_load_asked": _("Had a roster loaded"),
    "channel.roster_loaded": _("Loaded a roster"),
    "channel.roster_examined": _("Checked a roster"),
    "channel.rosters_forgotten": _("Deleted old uploads"),
    "channel.roster_exported": _("Exported a roster"),
    "channel.import_cancelled": _("Cancelled an import"),
    "channel.import_stopped": _("An import stopped"),
    "activation.store_nominated": _("Named a store as a seed"),
    "activation.nomination_withdrawn": _("Took a nomination back"),
    "activation.weights_set": _("Changed what the score weighs"),
    "activation.rollout_drafted": _("Asked for a roll-out in waves"),
    "activation.rollout_ranked": _("A roll-out was ranked"),
    "activation.wave_opened": _("Opened a wave"),
    "community.plan_drafted": _("Asked for a plan"),
    "community.matrix_planned": _("A plan was made"),
    "community.task_terms_set": _("Changed the times of tasks"),
    "community.layer_changed": _("Changed a layer's template"),
    "community.plan_group_staffed": _("Changed the team of a planned group"),
    "community.plan_restaffed": _("A plan's posts were filled anew"),
    "community.distributors_moved": _("Moved distributors to other groups"),
    "community.plan_approved": _("Approved a plan"),
    "community.plan_reopened": _("Took an approval back"),
    "community.plan_cancelled": _("Dropped a plan"),
    "community.plan_apply_asked": _("Had a plan applied"),
    "community.plan_applied": _("A plan was applied"),
    "community.groups_founded": _("Groups were made"),
    "community.groups_emptied": _("Emptied groups were merged"),
    "community.stores_moved": _("Stores changed their group"),
    "community.stores_moved_in_plan": _("Moved stores in a plan"),
    "community.plan_group_renamed": _("Renamed a proposed group"),
    "community.plan_group_split": _("Split a proposed group"),
    "community.plan_groups_merged": _("Merged proposed groups"),
    "community.group_renamed": _("Renamed a group"),
    "community.rooms_adopted": _("Took existing groups over"),
    "community.store_group_registered": _("Registered a store's own group"),
    "community.store_group_told": _("Told how many sit in a store's own group"),
    "community.store_group_closed": _("Closed a store's own group"),
    "community.room_registered": _("Registered a WeChat group"),
    "community.room_told": _("Told how many sit in a WeChat group"),
    "community.room_sheet_read": _("Had a sheet of groups checked"),
    "community.room_sheet_accepted": _("Had a sheet of groups taken in"),
    "community.told_group_taken_in": _("A group of a sheet was taken in"),
    "community.rooms_set_aside": _("Set existing groups aside"),
    "community.members_bound": _("People's stores were found"),
    "community.member_bound": _("Said whose store somebody is"),
    "community.member_unbound": _("Took back whose store somebody is"),
    "community.store_claimed": _("Claimed a store"),
    "community.claims_asked_for": _("Asked a group's people for their store"),
    "community.group_rules_changed": _("Changed a group's rules"),
    "community.breach_noted": _("Noted that a member broke a rule"),
    "community.breach_step_ended": _("What followed a broken rule ended"),
    "community.breach_lifted": _("Lifted what was noted of a member"),
    "community.breach_appealed": _("Appealed"),
    "community.appeal_decided": _("Decided on an appeal"),
    "community.packet_told": _("Told of his red packet"),
    "community.mutes_ended": _("Silences ended"),
    "community.group_retired": _("Retired a group"),
    "community.steward_changed": _("Changed a group's steward"),
    "community.member_joined": _("Joined a group"),
    "community.member_removed": _("Removed a member"),
    "community.member_waiting": _("Waits for a group"),
    "community.owners_enrolled": _("Entered owners who are in the group"),
    "community.group_faded": _("A group faded"),
    "messaging.broadcast_composed": _("Wrote a message"),
    "messaging.broadcast_scheduled": _("Scheduled a message"),
    "messaging.broadcast_sent": _("Sent a message"),
    "messaging.broadcast_started": _("A message went out"),
    "messaging.broadcast_paused": _("Paused a message"),
    "messaging.broadcast_resumed": _("Let a message go on"),
    "messaging.broadcast_cancelled": _("Called a message off"),
    "messaging.broadcast_closed": _("A message was closed"),
    "messaging.deliveries_retried": _("Tried to send again"),
    "messaging.message_passed_on": _("Passed a message on"),
    "messaging.relays_inherited": _("Took over messages that waited with a leaver"),
    "messaging.relay_read": _("Read a message to pass on"),
    "messaging.conversations_taken_in": _("Took a conversation in"),
    "messaging.receipts_taken_in": _("Took receipts in"),
    "messaging.messages_viewed": _("Read the messages of a group"),
    "messaging.receipts_viewed": _("Looked at who of a group has a message"),
    "messaging.receipts_exported": _("Exported who has a message"),
    "messaging.staff_reminded": _("Reminded staff of a message"),
    "commerce.product_saved": _("Saved a product"),
    "commerce.price_set": _("Set a price"),
    "commerce.stock_adjusted": _("Booked stock"),
    "commerce.warehouse_opened": _("Opened a warehouse"),
    "commerce.order_placed": _("Placed an order"),
    "commerce.order_confirmed": _("Confirmed an order"),
    "commerce.orders_confirmed": _("Confirmed orders"),
    "commerce.orders_shipped": _("Shipped orders"),
    "commerce.books_closed": _("The books were closed"),
    "commerce.order_shipped": _("Shipped an order"),
    "commerce.order_signed": _("Signed for an order"),
    "commerce.order_cancelled": _("Cancelled an order"),
    "commerce.order_expired": _("An unpaid order ran out"),
    "commerce.order_refunded": _("Gave money back"),
    "commerce.bill_paid": _("Paid a bill"),
    "commerce.bill_closed": _("Closed a bill"),
    "commerce.payment_received": _("Received a payment"),
    "commerce.payment_settled": _("A payment was settled"),
    "commerce.note_taken": _("The cashier told of a payment"),
    "commerce.refund_sent": _("A refund was sent"),
    "commerce.credit_limit_set": _("Set a credit limit"),
    "commerce.transfer_corrected": _("Corrected a transfer"),
    "commerce.ledger_reconciled": _("The ledger was reconciled"),
    "channel.demo_finished": _("The sample data was laid down"),
    "channel.likely_duplicates_found": _("People were looked through for duplicates"),
    "channel.duplicates_asked_for": _("Had people looked through for duplicates"),
    "channel.people_told_apart": _("Said that two people are two"),
    "messaging.people_merged": _("Merged two people"),
    "messaging.people_unmerged": _("Took a merge of two people back"),
    "insight.groups_faded": _("Fades: nobody said or ordered anything for a while"),
    "insight.groups_woken": _("Lives again"),
    "insight.tally_taken": _("Stores and groups were counted"),
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
#: Where a thing of a kind has its page.
PAGES = {
    "store": "channel_store_page",
    "territory": "channel_territory_page",
    "staff": "channel_staff_page",
    "distributor": "channel_distributor_page",
    "group": "community_view_group",
    "order": "commerce_order_card",
    "broadcast": "messaging_broadcast_result",
    "plan": "community_plan_card",
    "product": "commerce_product_card",
}


def fact_in_words(name: str) -> str:
    """Return what a fact says; one of another slice keeps its name."""
    return str(FACTS.get(name, name))


TIMES = {"past": _("past"), "now": _("now"), "coming": _("coming")}
TIME_TONES = {"past": "quiet", "now": "good", "coming": "info"}


def time_in_words(from_on: date, until_on: date | None, today: date) -> tuple[str, str]:
    """Return whether an assignment is past, in force or still to come, and the tone of the word."""
    time = time_of_assignment(from_on, until_on, today)
    return str(TIMES[time]), TIME_TONES[time]


#: In this order: a later name may be part of an earlier one's own words about itself.
BROWSERS = {
    "MicroMessenger": _("WeChat"),
    "DingTalk": _("DingTalk"),
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def device_in_words(device: str) -> str:
    """Return what people call a browser, from its own words about itself."""
    browser = next((str(name) for mark, name in BROWSERS.items() if mark in device), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in device), "")
    return " · ".join(part for part in (browser, system) if part) or device[:60]
