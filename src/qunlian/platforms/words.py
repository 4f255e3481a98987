"""What features and means are called, for the truth table in the docs and beside figures on pages."""

from django.utils.translation import gettext_noop

from qunlian.platforms.port import Feature, Means

#: msgids, in the order of the truth table
FEATURES: dict[Feature, str] = {
    Feature.LIST_ROOMS: gettext_noop("List the groups there are"),
    Feature.LIST_MEMBERS: gettext_noop("See who sits in a group"),
    Feature.CREATE_ROOM: gettext_noop("Open a group"),
    Feature.RENAME_ROOM: gettext_noop("Rename a group"),
    Feature.ANNOUNCE: gettext_noop("Put up a notice in a group"),
    Feature.CHANGE_OWNER: gettext_noop("Give a group another owner"),
    Feature.OPEN_DOOR: gettext_noop("Make a code by which people join"),
    Feature.ADMIT_MEMBER: gettext_noop("Put a person into a group"),
    Feature.REMOVE_MEMBER: gettext_noop("Take a person out of a group"),
    Feature.MUTE_MEMBER: gettext_noop("Mute a person"),
    Feature.WELCOME: gettext_noop("Greet new contacts"),
    Feature.ROOM_WELCOME: gettext_noop("Greet who comes into a group"),
    Feature.POST: gettext_noop("Send a message to groups"),
    Feature.LOOK_UP_ECHO: gettext_noop("Know what became of a message"),
    Feature.REMIND: gettext_noop("Remind who has still to send"),
    Feature.RECALL_MESSAGE: gettext_noop("Take a message back"),
    Feature.READ_MESSAGES: gettext_noop("Read what people write"),
    Feature.READ_MARKS: gettext_noop("Know who has read a message"),
    Feature.COUNT_ACTIVITY: gettext_noop("Count messages and people who write"),
    Feature.WATCH_STAFF: gettext_noop("Keep our own people from sending certain words"),
    Feature.LOG_IN: gettext_noop("Log in with the platform's account"),
}
MEANS: dict[Means, str] = {
    Means.API: gettext_noop("by itself"),
    Means.PERSON: gettext_noop("a person does it on the phone"),
    Means.ARCHIVE: gettext_noop("with the paid message archive"),
    Means.NONE: gettext_noop("not possible"),
}
