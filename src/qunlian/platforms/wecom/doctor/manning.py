"""People: whom the app sees, who may serve customers; what is used up; and the message archive."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from qunlian.kernel.errors import PlatformTrouble
from qunlian.kernel.wording import in_words
from qunlian.platforms.findings import OurPerson
from qunlian.platforms.wecom.doctor.judging import errcode_of
from qunlian.platforms.wecom.doctor.seeing import Seen
from qunlian.platforms.wecom.doctor.verdict import Verdict, fine, look, some, wrong

_NO_AUTHORITY, _LICENCE_OVER, _OTHER_IP = 48002, 301052, 301042
_DISABLED, _NOT_ACTIVE = 2, 4
_KINDS = {
    "mass": gettext_noop("%(count)s groups have had all messages of this month"),
    "transfer_to": gettext_noop("%(count)s people can be given no more groups today"),
    "transfer_of": gettext_noop("%(count)s groups changed hands twice in 90 days"),
    "remind": gettext_noop("%(count)s messages were reminded of three times in a day"),
}

_NO_LIBRARY = {
    "unnamed": gettext_noop("WeCom's own library is not installed here: nothing is read"),
    "missing": gettext_noop("the file named as WeCom's own library is not there: nothing is read"),
    "unusable": gettext_noop("WeCom's own library cannot be loaded here: nothing is read"),
}


def accounts(seen: Seen) -> Verdict:
    """Do we know the accounts of our own people?"""
    expected = _(
        "we know the WeCom account of each of %(count)s people with a territory or groups"
    ) % {"count": len(seen.people)}
    unknown = [one.name for one in seen.people if not one.key]
    if not unknown:
        return fine(expected, _("we do"))
    return look(
        expected,
        _("not of %(names)s") % {"names": some(unknown)},
        _("Say whose account is whose on the page of staff's accounts."),
    )


def visible_range(seen: Seen) -> Verdict:
    """Does the app see those whose territories and groups it serves?"""
    known = [one for one in seen.people if one.key]
    expected = _("the app sees all %(count)s people whose account we know") % {"count": len(known)}
    if isinstance(seen.staff, PlatformTrouble):
        return wrong(expected, in_words(seen.staff), _widen())
    hidden = [_named(one) for one in known if not _sees(seen, one)]
    if not hidden:
        return fine(expected, _("it does"))
    return wrong(expected, _("it does not see %(names)s") % {"names": some(hidden)}, _widen())


def activated(seen: Seen) -> Verdict:
    """Can they act on their phones?"""
    expected = _("everybody whom the app sees of them has activated WeCom")
    asleep = _with_status(seen, _NOT_ACTIVE)
    disabled = _with_status(seen, _DISABLED)
    if not asleep and not disabled:
        return fine(expected, _("they have"))
    names = [_named(one) for one in asleep + disabled]
    state = wrong if any(one.runs_rooms for one in asleep + disabled) else look
    return state(
        expected,
        _("not active: %(names)s") % {"names": some(names)},
        _(
            "They must log in to WeCom's app once; who is disabled must be enabled (look for “通讯录”). Until"
            " then nothing reaches their phones."
        ),
    )


def customer_contact(seen: Seen) -> Verdict:
    """May the app ask about customers and their groups?"""
    expected = _("the app may call the customer-contact API")
    if not isinstance(seen.followers, PlatformTrouble):
        return fine(expected, _("it may"))
    fix = _("Try again later.")
    if errcode_of(seen.followers) == _NO_AUTHORITY:
        fix = _("Add the app under “客户联系 → 可调用接口的应用” in WeCom's admin console.")
    return wrong(expected, in_words(seen.followers), fix)


def keepers(seen: Seen) -> Verdict:
    """May those who run groups serve customers?"""
    followers = seen.followers if isinstance(seen.followers, frozenset) else frozenset()
    seen_people = [one for one in seen.people if one.key and _sees(seen, one)]
    running = [one for one in seen_people if one.runs_rooms]
    expected = _("all %(count)s people who run groups may use customer contact") % {
        "count": len(running)
    }
    fix = _("Look for “客户联系 → 权限配置” in WeCom's admin console and add them to its range.")
    without = [_named(one) for one in running if one.key not in followers]
    if without:
        return wrong(expected, _("not %(names)s") % {"names": some(without)}, fix)
    others = [_named(one) for one in seen_people if one.key not in followers]
    if others:
        got = _("they may; but not %(names)s, who have territories") % {"names": some(others)}
        return look(expected, got, fix)
    return fine(expected, _("they may"))


def left(seen: Seen) -> Verdict:
    """Is anything used up?"""
    expected = _("nothing is used up, and WeCom keeps no call waiting")
    got = [
        _(_KINDS[kind]) % {"count": count}
        for kind, count in sorted(seen.used_up.items())
        if kind in _KINDS
    ]
    if seen.parked:
        got.append(_("kept waiting: %(calls)s") % {"calls": some(list(seen.parked))})
    if not got:
        return fine(expected, _("nothing is"))
    return look(
        expected,
        "; ".join(got),
        _(
            "Wait: it comes back with the next day or month. Numbers that WeCom has changed are settings."
        ),
    )


def archive(seen: Seen) -> Verdict:
    """Can the message archive be read, where there is one?"""
    found = seen.archive
    expected = _("the message archive can be opened, or there is none")
    if not found.has_secret:
        return fine(expected, _("there is none: what people write is not read"))
    if found.bad_keys or not found.keys:
        versions = some([str(version) for version in found.bad_keys])
        return wrong(
            expected,
            _("private keys that are no RSA keys of 2048 bits: %(versions)s")
            % {"versions": versions}
            if found.bad_keys
            else _("there is no private key"),
            _(
                "Enter the private key of each version as PEM (-----BEGIN PRIVATE KEY-----); keep the old"
                " ones, they open old messages."
            ),
        )
    if isinstance(found.archived, PlatformTrouble):
        return wrong(expected, in_words(found.archived), _archive_fix(found.archived))
    if found.library:
        return wrong(expected, _(_NO_LIBRARY[found.library]), _library_fix())
    got = _("%(count)s people are archived") % {"count": len(found.archived or ())}
    if found.read_at:
        moment = date_format(timezone.localtime(found.read_at), "Y-m-d H:i")
        got = _("%(got)s, last read %(at)s") % {"got": got, "at": moment}
    if found.locked:
        return look(
            expected,
            _("%(count)s messages cannot be opened: key versions %(versions)s")
            % {
                "count": sum(found.locked.values()),
                "versions": some([str(version) for version in sorted(found.locked)]),
            },
            _("Enter the private key of these versions; WeCom keeps messages for five days."),
        )
    return fine(expected, got)


def _library_fix() -> str:
    return _(
        "Download the archive's SDK for Linux from WeCom (look for “会话内容存档” in its developer centre),"
        " put its .so file on the worker's machine, name it by QUNLIAN_WECOM_ARCHIVE_LIBRARY, and start"
        " again."
    )


def _archive_fix(trouble: PlatformTrouble) -> str:
    code = errcode_of(trouble)
    if code == _LICENCE_OVER:
        return _("Renew the licence: look for “会话内容存档” in WeCom's admin console.")
    if code == _OTHER_IP:
        return _("Add this server's address to the archive's trusted IPs: look for “会话内容存档”.")
    return _("Copy the archive's Secret again: look for “会话内容存档” in WeCom's admin console.")


def _widen() -> str:
    return _("Look for “可见范围” on the app's page and add their departments.")


def _sees(seen: Seen, one: OurPerson) -> bool:
    return isinstance(seen.staff, dict) and one.key in seen.staff


def _with_status(seen: Seen, status: int) -> list[OurPerson]:
    if not isinstance(seen.staff, dict):
        return []
    return [one for one in seen.people if _sees(seen, one) and seen.staff[one.key].status == status]


def _named(one: OurPerson) -> str:
    return f"{one.name} ({one.key})"
