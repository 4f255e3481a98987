"""
What WeCom's error codes mean for us, as data: what to do, and what to tell an administrator.

Source: the official table (document 90313) as kept in go-workwx ``errcodes/mod.go``, with the texts of the
calls' own pages. An unlisted code is taken as bad data: it is never tried again by itself.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext, gettext_noop

from qunlian.kernel.errors import PlatformTrouble


class Kind(StrEnum):
    """What is to be done about an error code."""

    RETRY = "retry"  # the same call again, a little later
    PARK = "park"  # not this API of this corp until its window ends
    REFRESH = "refresh"  # a new token and the same call once more
    CONFIGURATION = "configuration"  # an administrator must change something there
    DATA = "data"  # what we sent can't be used
    RELATION = "relation"  # these two have no such relation (any more)
    LIMIT = "limit"  # used up for now: told to whoever asked


@dataclass(frozen=True, slots=True)
class Meaning:
    """One error code's meaning; ``sentence`` is an untranslated msgid."""

    kind: Kind
    sentence: str


class WeComTrouble(PlatformTrouble):
    """WeCom refused %(api)s: %(sentence)s (%(errcode)s)"""

    code = "wecom.trouble"

    def __init__(self, *, errcode: int, api: str, from_ip: str = "") -> None:
        """:param from_ip: the address we called from, where WeCom told it."""
        self.errcode = errcode
        self.from_ip = from_ip
        self.kind = meaning_of(errcode).kind
        permanent = self.kind not in {Kind.RETRY, Kind.PARK, Kind.LIMIT}
        super().__init__(
            permanent=permanent, errcode=errcode, api=api, sentence=sentence_of(errcode)
        )


class WeComParked(PlatformTrouble):
    """WeCom allows no more calls of %(api)s for now; again in %(retry_after_seconds)s seconds."""

    code = "wecom.parked"

    def __init__(self, *, api: str, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(permanent=False, api=api, retry_after_seconds=retry_after_seconds)


class WeComUnreachable(PlatformTrouble):
    """WeCom did not answer %(api)s (%(reason)s)."""

    code = "wecom.unreachable"

    def __init__(self, *, api: str, reason: str) -> None:
        super().__init__(permanent=False, api=api, reason=reason)


class OutcomeUnknown(PlatformTrouble):
    """WeCom's answer to %(api)s was lost (%(reason)s): it may have been done."""

    code = "wecom.outcome_unknown"

    def __init__(self, *, api: str, reason: str) -> None:
        super().__init__(permanent=False, api=api, reason=reason)


class NotConnected(PlatformTrouble):
    """No WeCom corp is set up for this enterprise."""

    code = "wecom.not_connected"

    def __init__(self) -> None:
        super().__init__(permanent=True)


def meaning_of(errcode: int) -> Meaning:
    """Return what an error code means; an unlisted one is bad data."""
    return MEANINGS.get(errcode, _UNLISTED)


def sentence_of(errcode: int) -> str:
    """Return what an error code means, in the reader's language."""
    return gettext(meaning_of(errcode).sentence)


_UNLISTED = Meaning(Kind.DATA, gettext_noop("WeCom gave an error that is not in our table"))
_R, _P, _T, _C, _D, _L = (
    Kind.RETRY,
    Kind.PARK,
    Kind.REFRESH,
    Kind.CONFIGURATION,
    Kind.DATA,
    Kind.RELATION,
)
_U = Kind.LIMIT
_NO_ROOM = gettext_noop("there is no such group chat, or the app does not see it")
_BAD_MASS = gettext_noop("there is no such mass message")
_NO_CHAT = gettext_noop("the app's group chat is not as WeCom wants it")

MEANINGS: dict[int, Meaning] = {
    -1: Meaning(_R, gettext_noop("WeCom is busy")),
    41063: Meaning(_R, gettext_noop("the mass message is still being handed out")),
    45033: Meaning(_R, gettext_noop("too many calls of one kind at the same time")),
    45009: Meaning(_P, gettext_noop("called too often; blocked until the window ends")),
    40014: Meaning(_T, gettext_noop("the access token is not valid any more")),
    42001: Meaning(_T, gettext_noop("the access token has expired")),
    41001: Meaning(_D, gettext_noop("the call carried no access token")),
    40001: Meaning(
        _C, gettext_noop("the app's secret is wrong; copy it again from the app's page")
    ),
    40013: Meaning(_C, gettext_noop("the corp id is wrong; it stands at the end of “My company”")),
    40056: Meaning(_C, gettext_noop("the agent id is not that of an app of this corp")),
    301002: Meaning(_C, gettext_noop("the agent id is that of another app of this corp")),
    48002: Meaning(
        _C,
        gettext_noop(
            "the app may not call this; add it under Customer Contact to the apps that may call the API"
        ),
    ),
    50002: Meaning(_C, gettext_noop("the member is outside the app's visible range")),
    60011: Meaning(_C, gettext_noop("the department or member is outside the app's visible range")),
    60020: Meaning(
        _C,
        gettext_noop(
            "this server's address is not among the app's trusted IPs; a change there takes about a minute"
        ),
    ),
    301042: Meaning(
        _C, gettext_noop("this server's address is not among the archive's trusted IPs")
    ),
    301052: Meaning(_C, gettext_noop("the licence of the message archive has expired")),
    301053: Meaning(_C, gettext_noop("the message archive is not switched on for this member")),
    40058: Meaning(_D, gettext_noop("a parameter is not allowed")),
    40063: Meaning(_D, gettext_noop("a parameter is empty")),
    45002: Meaning(_D, gettext_noop("the text is too long")),
    40007: Meaning(
        _D, gettext_noop("there is no such uploaded file, or it is older than three days")
    ),
    40050: Meaning(_D, _NO_ROOM),
    40096: Meaning(
        _D,
        gettext_noop(
            "there is no such customer, or who added him is outside the app's visible range"
        ),
    ),
    60111: Meaning(_D, gettext_noop("there is no such member of staff")),
    81013: Meaning(_D, gettext_noop("none of the receivers can be reached")),
    81017: Meaning(_D, gettext_noop("too many owners at once; ask by owner")),
    600018: Meaning(
        _D, gettext_noop("there are no figures for these days; today is never included")
    ),
    84061: Meaning(_L, gettext_noop("the member and the customer are not contacts")),
    84074: Meaning(_L, gettext_noop("the member has no permission for this")),
    84083: Meaning(_L, gettext_noop("the member does not serve this customer")),
    84084: Meaning(_L, gettext_noop("the member does not follow this customer")),
    90501: Meaning(_L, gettext_noop("this is not a customers' group")),
    90509: Meaning(_L, gettext_noop("this is not a customers' group")),
    90500: Meaning(_L, gettext_noop("the group's owner has not left the company")),
    90502: Meaning(_L, gettext_noop("the group's owner has left the company")),
    90504: Meaning(_L, gettext_noop("the group has this owner already")),
    90507: Meaning(_L, gettext_noop("the group is being handed over already")),
    90508: Meaning(_L, gettext_noop("the group was handed over already")),
    90503: Meaning(
        _L,
        gettext_noop(
            "the group is full of WeChat members; its new owner must confirm on the phone"
        ),
    ),
    40097: Meaning(_L, gettext_noop("the member has not left the company")),
    40098: Meaning(_L, gettext_noop("the new owner has not confirmed his real name on WeCom")),
    40128: Meaning(_U, gettext_noop("handed over twice in 90 days already")),
    40129: Meaning(_L, gettext_noop("a hand-over is running")),
    40130: Meaning(_L, gettext_noop("the old and the new one are the same person")),
    40131: Meaning(_L, gettext_noop("the member does not follow this customer")),
    41047: Meaning(_D, _BAD_MASS),
    41048: Meaning(_D, gettext_noop("nobody can be sent this message")),
    41050: Meaning(_D, gettext_noop("the welcome's time is over")),
    41051: Meaning(_L, gettext_noop("they are talking already; a welcome comes too late")),
    41055: Meaning(_U, gettext_noop("there are 100 welcome templates already")),
    41058: Meaning(_D, gettext_noop("only the app that made it may change it")),
    41060: Meaning(_D, gettext_noop("there is no such moment")),
    41061: Meaning(_D, gettext_noop("the moment has no such sender")),
    41062: Meaning(_D, gettext_noop("the moment has no such sender")),
    41064: Meaning(_D, gettext_noop("too many attachments")),
    41068: Meaning(_D, gettext_noop("an intercepted word is not allowed")),
    41069: Meaning(_U, gettext_noop("there are too many intercept rules already")),
    41091: Meaning(_D, gettext_noop("a join way leads to at most five groups")),
    41093: Meaning(_D, gettext_noop("the mass message was cancelled already")),
    41094: Meaning(_U, gettext_noop("reminded three times within a day already")),
    41096: Meaning(_L, gettext_noop("another welcome is being sent")),
    40126: Meaning(_U, gettext_noop("there are 3,000 tags already")),
    41053: Meaning(_L, gettext_noop("the customer has not agreed to the archive")),
    301058: Meaning(_D, gettext_noop("the answer would be too large; ask for less at once")),
    301059: Meaning(_D, gettext_noop("this is not an internal group")),
    86001: Meaning(_D, _NO_CHAT),
    86003: Meaning(_D, _NO_ROOM),
    86004: Meaning(_D, _NO_CHAT),
    86005: Meaning(_D, _NO_CHAT),
    86006: Meaning(_D, gettext_noop("the app's group chat has too few or too many members")),
    86007: Meaning(_D, _NO_CHAT),
    86008: Meaning(_D, gettext_noop("this app did not make that group chat")),
    86101: Meaning(_D, gettext_noop("only the owner may do this")),
    86207: Meaning(_D, gettext_noop("the owner is not among the members")),
    86215: Meaning(_L, gettext_noop("there is a group chat with this id already")),
    86216: Meaning(_D, _NO_CHAT),
    86217: Meaning(_D, gettext_noop("the sender does not sit in the group chat")),
    93000: Meaning(
        _D, gettext_noop("the robot was taken out of its group, or its address is wrong")
    ),
    93004: Meaning(_D, gettext_noop("the robot is switched off")),
    93008: Meaning(_D, gettext_noop("the robot does not sit in the group")),
    40029: Meaning(_D, gettext_noop("the log-in code was used or is older than five minutes")),
}
