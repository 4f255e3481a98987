"""The app: does WeCom answer, do corp id and secret fit, may we call, is the app the one we think it is."""

import ipaddress
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from qunlian.kernel.errors import PlatformTrouble
from qunlian.kernel.wording import in_words
from qunlian.platforms.findings import State
from qunlian.platforms.wecom.doctor.seeing import Seen
from qunlian.platforms.wecom.doctor.verdict import Verdict, fine, look, wrong
from qunlian.platforms.wecom.errors import WeComTrouble

_WRONG_CORP, _WRONG_SECRET, _OTHER_IP = 40013, 40001, 60020
#: The clock's seconds: WeCom's log-in codes and the days of its figures stand no more.
_CLOCK_LOOK, _CLOCK_WRONG = 30, 300


def errcode_of(trouble: object) -> int:
    """Return WeCom's error code; 0 for another trouble, or none."""
    return trouble.errcode if isinstance(trouble, WeComTrouble) else 0


def way(seen: Seen) -> Verdict:
    """Does WeCom answer at all?"""
    expected = _("%(address)s answers") % {"address": seen.account.base_url}
    if seen.token is None or errcode_of(seen.token):
        return fine(expected, _("it answers"))
    return wrong(
        expected,
        in_words(seen.token),
        _("Let this server reach WeCom: a firewall or a proxy may stand between them."),
    )


def corp_id(seen: Seen) -> Verdict:
    """Is there such a corp?"""
    expected = _("WeCom knows the corp id %(corp_id)s") % {"corp_id": seen.account.corp_id}
    if errcode_of(seen.token) != _WRONG_CORP:
        return fine(expected, _("it does"))
    return wrong(
        expected,
        _told(seen.token),
        _("Copy it again: look for “我的企业 → 企业信息 → 企业ID” in WeCom's admin console."),
    )


def secret(seen: Seen) -> Verdict:
    """Does the secret fit?"""
    expected = _("the secret opens the app")
    if seen.token is None:
        return fine(expected, _("it does"))
    if errcode_of(seen.token) != _WRONG_SECRET:
        return wrong(expected, in_words(seen.token), _("Wait, then check again."))
    return wrong(
        expected,
        _told(seen.token),
        _(
            "Copy the Secret from the app's own page (look for “应用管理 → 自建”); not that of “客户联系”,"
            " which WeCom closed to new corps. Too many wrong ones shut this server out for an hour."
        ),
    )


def clock(seen: Seen) -> Verdict:
    """Do our clock and WeCom's agree?"""
    expected = _("this server's clock is WeCom's, within %(seconds)s seconds") % {
        "seconds": _CLOCK_LOOK
    }
    if seen.ahead_seconds is None:
        return fine(expected, _("WeCom's answer carries no date"))
    off = round(abs(seen.ahead_seconds))
    if off <= _CLOCK_LOOK:
        return fine(expected, _("it is"))
    way_off = (
        _("it is %(minutes)s minutes ahead")
        if seen.ahead_seconds > 0
        else _("it is %(minutes)s minutes behind")
    )
    state = State.WRONG if off > _CLOCK_WRONG else State.LOOK
    return Verdict(
        state,
        expected,
        way_off % {"minutes": round(off / 60, 1)},
        _(
            "Switch time synchronisation on (timedatectl set-ntp true), on the database's machine too."
        ),
    )


def trusted_ip(seen: Seen) -> Verdict:
    """May this server call?"""
    expected = _("this server's address is among the app's trusted IPs")
    if errcode_of(seen.app) != _OTHER_IP or not isinstance(seen.app, WeComTrouble):
        return fine(expected, _("it is"))
    return wrong(
        expected,
        _("WeCom refuses calls from %(ip)s (%(errcode)s)")
        % {"ip": seen.app.from_ip or "?", "errcode": _OTHER_IP},
        _(
            "Look for “企业可信IP” on the app's page and add %(ip)s; it works about a minute after it"
            " was saved."
        )
        % {"ip": seen.app.from_ip or _("this server's address")},
    )


def agent_id(seen: Seen) -> Verdict:
    """Is the agent id that of the secret's app, and is the app switched on?"""
    expected = _("agent id %(agent_id)s is the app whose secret this is") % {
        "agent_id": seen.account.agent_id
    }
    if isinstance(seen.app, PlatformTrouble) or seen.app is None:
        return wrong(
            expected,
            _told(seen.app),
            _("Copy AgentId and Secret from one and the same app's page."),
        )
    if seen.app.is_closed:
        return wrong(
            expected,
            _("it is, but the app is switched off"),
            _("Switch the app on, on its page."),
        )
    return fine(expected, _("it is: %(name)s") % {"name": seen.app.name})


def public_address(seen: Seen) -> Verdict:
    """Can WeCom and people's phones reach us?"""
    expected = _("an https:// address that the internet reaches leads to Qunlian")
    address, is_trial = seen.account.public_url, is_nearby(seen.account.base_url)
    how = _(
        "Give this server a name, a certificate and a reverse proxy (or a tunnel) that leads to Qunlian, and"
        " enter the address on the set-up page, or as QUNLIAN_PUBLIC_URL."
    )
    if not address:
        return wrong(expected, _("no address is set"), how)
    if not is_trial and (is_nearby(address) or not address.startswith("https://")):
        return wrong(expected, address, how)
    if seen.knock:
        return look(
            expected,
            _("%(address)s does not answer as Qunlian (%(reason)s)")
            % {"address": address, "reason": seen.knock},
            _(
                "Open it from a phone outside your network. If that works all is well: some networks do not"
                " let a server reach itself by its public name. Else the proxy leads elsewhere."
            ),
        )
    return fine(expected, address)


def trusted_domain(seen: Seen) -> Verdict:
    """May log-in and the sidebar's page come back to us?"""
    host = urlsplit(seen.account.public_url).hostname or ""
    expected = _("the app trusts %(host)s for log-in and pages") % {"host": host}
    domain = getattr(seen.app, "domain", "")
    if domain in {host, "*"}:
        return fine(expected, _("it does"))
    got = _("it trusts %(domain)s") % {"domain": domain} if domain else _("it trusts no domain")
    return wrong(
        expected,
        got,
        _("Look for “网页授权及JS-SDK” on the app's page and set the trusted domain to %(host)s.")
        % {"host": host},
    )


def is_nearby(address: str) -> bool:
    """Tell whether only this machine or its network reaches an address."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))


def _told(trouble: object) -> str:
    return in_words(trouble) if isinstance(trouble, PlatformTrouble) else ""
