"""
What WeCom does by API, what a person must do, and what nobody can; with what to know about each.

Source: documents 92135 (mass messages, 2025-11-17), 96338 and 96359 (groups), 92229 (join ways), 96357
(welcomes), 95130 (words), 91774 (archive), 96932 (the JS-SDK adds internal members only).
"""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from qunlian.platforms.port import Feature, Means

CAPABILITIES: Mapping[Feature, Means] = {
    Feature.CREATE_ROOM: Means.PERSON,
    Feature.RENAME_ROOM: Means.PERSON,
    Feature.CHANGE_OWNER: Means.API,
    Feature.POST: Means.PERSON,
    Feature.LOOK_UP_ECHO: Means.API,
    Feature.READ_MESSAGES: Means.ARCHIVE,
    Feature.REMIND: Means.API,
    Feature.LIST_ROOMS: Means.API,
    Feature.LIST_MEMBERS: Means.API,
    Feature.ADMIT_MEMBER: Means.PERSON,
    Feature.REMOVE_MEMBER: Means.PERSON,
    Feature.MUTE_MEMBER: Means.PERSON,
    Feature.RECALL_MESSAGE: Means.PERSON,
    Feature.READ_MARKS: Means.NONE,
    Feature.OPEN_DOOR: Means.API,
    Feature.WELCOME: Means.API,
    Feature.ROOM_WELCOME: Means.PERSON,
    Feature.ANNOUNCE: Means.PERSON,
    Feature.COUNT_ACTIVITY: Means.API,
    Feature.WATCH_STAFF: Means.API,
    Feature.LOG_IN: Means.API,
}
#: msgids
NOTES: Mapping[Feature, str] = {
    Feature.CREATE_ROOM: gettext_noop(
        "a member with customer contact; a full join code opens the next group by itself"
    ),
    Feature.CHANGE_OWNER: gettext_noop(
        "300 groups a day per new owner; on the job a group twice in 90 days; full ones need his hand"
    ),
    Feature.POST: gettext_noop(
        "the group's owner confirms; as many messages a month for one group as the month has days"
    ),
    Feature.LOOK_UP_ECHO: gettext_noop("room by room: sent, not yet, kept back by a limit"),
    Feature.REMIND: gettext_noop("three times in 24 hours per message"),
    Feature.LIST_MEMBERS: gettext_noop("about two seconds behind what happened"),
    Feature.REMOVE_MEMBER: gettext_noop("the owner or a group manager"),
    Feature.READ_MESSAGES: gettext_noop("per member with a licence, and the customers' consent"),
    Feature.OPEN_DOOR: gettext_noop("leads to five groups at most"),
    Feature.WELCOME: gettext_noop("within 20 seconds, once, before they write to each other"),
    Feature.ROOM_WELCOME: gettext_noop(
        "by itself in the company's list, 100 at most; the owner chooses it in his group"
    ),
    Feature.COUNT_ACTIVITY: gettext_noop("per owner and day, from yesterday back to 180 days"),
    Feature.WATCH_STAFF: gettext_noop("300 words a rule; customers' own words are not seen"),
    Feature.LOG_IN: gettext_noop("in WeCom at once, in a browser by QR code"),
}
