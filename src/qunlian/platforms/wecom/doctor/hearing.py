"""The callback: does its address stand in WeCom, and does what should come arrive."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from qunlian.platforms.wecom.doctor.seeing import MEMORY, Heard, Seen
from qunlian.platforms.wecom.doctor.verdict import Verdict, fine, look, wrong

#: Fewer changes say nothing.
_ENOUGH_CHANGES = 5
_SHARE_TOLD = 0.8
_TOKEN, _KEY, _RECEIVER, _STRANGER = "token", "key", "receiver", "stranger"
#: Which check of a callback failed → what differs.
_MEANT = {
    "signature": _TOKEN,
    "cipher": _KEY,
    "length": _KEY,
    "receiver": _RECEIVER,
    "platforms.seal_broken": _KEY,
}
_WORDS = {
    _TOKEN: gettext_noop("signed with another token"),
    _KEY: gettext_noop("closed with another EncodingAESKey"),
    _RECEIVER: gettext_noop("meant for another corp"),
    _STRANGER: gettext_noop("no callback at all"),
}


def callback(seen: Seen) -> Verdict:
    """Does WeCom have our address, and do token and key fit?"""
    heard = seen.heard
    expected = _("WeCom asks the callback's address, and what it sends can be opened")
    good = max(filter(None, (heard.last("greeted"), heard.last_at)), default=None)
    bad = heard.last("refused")
    refused = _refused(heard)
    if bad and (good is None or bad > good):
        return wrong(
            expected,
            _("refused: %(reasons)s; last %(at)s") % {"reasons": refused, "at": _moment(bad)},
            _(
                "Token and EncodingAESKey must be the same on both sides: make new ones on the set-up page"
                " and copy both into WeCom (look for “接收消息 → 设置API接收” on the app's page)."
            ),
        )
    if good is None:
        return wrong(
            expected,
            _("nobody has asked it in %(days)s days") % {"days": MEMORY.days},
            _(
                "Look for “接收消息 → 设置API接收” on the app's page; enter address, token and EncodingAESKey"
                " of the set-up page and save: WeCom asks the address at once. If saving fails, check again:"
                " what was refused is then said here."
            ),
        )
    got = _("last %(at)s") % {"at": _moment(good)}
    return fine(expected, f"{got}; {refused}" if refused else got)


def events(seen: Seen) -> Verdict:
    """Does what happens in the groups arrive?"""
    heard = seen.heard
    changed, told = heard.count("changed"), heard.count("told")
    expected = _("a callback for each of %(count)s changes of people that were seen by reading") % {
        "count": changed
    }
    got = _("%(told)s of them told by a callback; %(events)s callbacks in %(days)s days") % {
        "told": told,
        "events": heard.events,
        "days": MEMORY.days,
    }
    if heard.last_at:
        got = _("%(got)s, last %(at)s") % {"got": got, "at": _moment(heard.last_at)}
    if changed < _ENOUGH_CHANGES or told >= _SHARE_TOLD * changed:
        return fine(expected, got)
    return look(
        expected,
        got,
        _(
            "The app hears only of groups whose owners it sees: compare the visible range. Nothing is lost"
            " for good: every night all groups are read."
        ),
    )


def _refused(heard: Heard) -> str:
    """Say what was refused, by what differs."""
    counts: dict[str, int] = {}
    for (kind, reason), counted in heard.counted.items():
        if kind == "refused":
            meant = _MEANT.get(reason, _STRANGER)
            counts[meant] = counts.get(meant, 0) + counted.count
    return ", ".join(f"{count} × {_(_WORDS[meant])}" for meant, count in sorted(counts.items()))


def _moment(at: object) -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i")  # type: ignore[arg-type]
