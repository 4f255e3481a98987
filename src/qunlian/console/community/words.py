"""What lives, roles, sources and happenings of groups are called on the screen."""

from django.utils.translation import gettext_lazy as _

from qunlian.console.channel.words import fact_in_words

LIVES = {
    "planned": _("planned"),
    "inviting": _("inviting"),
    "live": _("live"),
    "fading": _("fading"),
    "merged": _("merged"),
    "retired": _("retired"),
}
LIFE_TONES = {
    "planned": "quiet",
    "inviting": "info",
    "live": "good",
    "fading": "warn",
    "merged": "quiet",
    "retired": "quiet",
}
#: What a group needs next.
NEXT_STEPS = {
    "open_room": _("its room is to be opened"),
    "invite": _("invite its stores"),
    "wake": _("wake it, or merge it"),
}
ROLES = {
    "owner": _("owner's account"),
    "steward": _("steward"),
    "superior": _("superior"),
    "manager": _("group manager"),
    "member": _("member"),
}
SOURCES = {
    "link": _("store's link"),
    "poster": _("poster"),
    "official": _("official account or site"),
    "circle": _("staff's own circle"),
    "invited": _("invitation"),
    "event": _("offline event"),
    "item_code": _("item code"),
    "plan": _("matrix plan"),
    "staff": _("added by staff"),
    "roster": _("store roster"),
    "room": _("was there already"),
    "room_link": _("room's own link"),
    "room_code": _("room's own QR code"),
}
POSTER_SIZES = {
    "a4": _("A4 sheet, for a wall or door"),
    "a6": _("A6 card, for a table or counter"),
}
#: Why a door's code does not stand on its platform.
DOOR_PROBLEMS = {
    "too_many_doors": _("the platform makes no more codes for this enterprise"),
    "not_connected": _("the platform is not connected"),
}
LAYERS = {
    "store": _("store group"),
    "distributor": _("distributor group"),
    "consumer": _("consumer group"),
    "vip": _("VIP group"),
    "internal": _("internal group"),
    "outside": _("outside community"),
}
#: What is too much for one person.
LOADS = {
    "stores": _("more than 300 stores: too many to see each once a month"),
    "stewarded": _("steward of more than 12 groups: answers will be late"),
    "seated": _("sits in more than 60 groups: more than one can follow"),
}
REQUEST_STATES = {
    "asked": _("asked"),
    "unknown": _("no answer yet"),
    "with_person": _("waits for a person"),
    "refused": _("refused"),
    "expired": _("nobody did it in time"),
    "done": _("done"),
}
#: Why a platform refused what it was asked.
REQUEST_PROBLEMS = {
    "not_seen": _("said to be done, but the platform shows otherwise"),
    "account_unknown": _("nobody knows the new owner's account on the platform"),
    "room_unknown": _("the platform does not know the room"),
    "handed_over_often": _("the new owner has taken over as many rooms today as he may"),
    "not_connected": _("the platform is not connected"),
}
REQUEST_KINDS = {
    "create": _("open the room"),
    "rename": _("show the new name"),
    "owner": _("give the room to another owner"),
    "remove": _("take somebody out of the room"),
    "announce": _("show the new rules in the room"),
    "welcome": _("set the new welcome in the room"),
    "remind": _("remind somebody of the rules"),
    "recall": _("take a message back"),
    "packet": _("see whether a red packet comes"),
    "mute": _("silence somebody for a while"),
    "unmute": _("let somebody write again"),
}
HAPPENINGS = {
    "community.groups_founded": _("Group made from a plan"),
    "community.member_joined": _("Somebody joined"),
    "community.member_removed": _("Somebody was taken out"),
    "community.group_renamed": _("Renamed"),
    "community.group_rules_changed": _("Theme or rules changed"),
    "community.group_retired": _("Retired"),
    "community.steward_changed": _("Steward changed"),
    "community.staff_handed_over": _("Handed over to a successor"),
    "community.tasks_asked": _("Somebody was asked to do it by hand"),
    "community.task_finished": _("A task was answered"),
    "community.request_asked_again": _("Asked again"),
    "community.door_opened": _("A way in was opened"),
    "community.next_group_opened": _("The next group was opened"),
    "community.leavers_seen_off": _("A leaver went"),
    "community.partners_seated": _("Distributors' people came or went"),
    "community.stores_moved": _("Stores moved to another group"),
    "community.groups_emptied": _("Left without stores by a newer plan"),
    "community.breach_noted": _("Somebody broke a rule"),
    "community.breach_step_ended": _("What followed a broken rule was done, or ended"),
    "community.breach_lifted": _("A broken rule does not count any more"),
    "community.breach_appealed": _("A member appealed"),
    "community.appeal_decided": _("An appeal was decided"),
    "community.packet_told": _("A member says that he gave his red packet"),
    "community.mutes_ended": _("Somebody may write again"),
}
HAPPENING_ICONS = {
    "community.groups_founded": "check",
    "community.member_joined": "user-plus",
    "community.member_removed": "user-minus",
    "community.group_renamed": "pencil",
    "community.group_retired": "archive",
    "community.breach_noted": "flag",
    "community.breach_lifted": "check",
    "community.breach_appealed": "message-circle",
    "community.appeal_decided": "scale",
}


def happening(name: str) -> str:
    """Return what a fact means for the group it is about."""
    return str(HAPPENINGS[name]) if name in HAPPENINGS else fact_in_words(name)
