"""The set-up page's walk from nothing to the first callback, and the numbers that hardly anybody changes."""

from dataclasses import fields
from pathlib import Path

from django.conf import settings as django
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.platforms.setups import Entry, EntryKind, SetupStep, ToCopy
from qunlian.platforms.wecom.accounts import BASE_URL, Settings, callback_path, public_url_of
from qunlian.platforms.wecom.entering import ADDRESSES
from qunlian.platforms.wecom.models import Corp

#: msgids; in the order of the page
_ADVANCED = {
    "masses_per_month": gettext_noop(
        "Messages a group may get per month (0: as many as it has days)"
    ),
    "reminders_per_day": gettext_noop("Reminders per message in 24 hours"),
    "transfers_per_receiver_and_day": gettext_noop("Groups one person may be given per day"),
    "transfers_per_room_in_90_days": gettext_noop("Hand-overs of one group in 90 days"),
    "calls_per_minute": gettext_noop("Calls of one API per minute"),
    "calls_per_hour": gettext_noop("Calls of one API per hour"),
    "calls_at_once": gettext_noop("Calls of one API at once"),
    "tries": gettext_noop("Tries of a call"),
    "timeout_seconds": gettext_noop("Seconds to wait for an answer"),
    "back_off_seconds": gettext_noop("Seconds before the second try"),
    "park_seconds": gettext_noop(
        "Seconds to leave an API alone when called too often (0: until the minute ends)"
    ),
    "reads_settle_seconds": gettext_noop("Seconds that reading follows an event"),
    "unknown_settle_seconds": gettext_noop("Seconds until a lost message is given up"),
    "authorize_url": gettext_noop("Address for logging in inside WeCom (empty: WeCom's own)"),
    "qr_url": gettext_noop("Address for logging in by QR code (empty: WeCom's own)"),
}


def setup_steps(enterprise_id: int) -> tuple[SetupStep, ...]:
    """Return the walk with what is entered now; no secret is in it."""
    with scope.reading(system_actor(enterprise_id)):
        row = Corp.objects.first()
    steps = [_corp(row), _app(row)]
    if row is not None:
        steps += [_callback(row), *_there(), _archive(row), _advanced(row)]
    return tuple(steps)


def _corp(row: Corp | None) -> SetupStep:
    entry = Entry(name="corp_id", label=_("Corp id"), value=row.corp_id if row else "")
    return SetupStep(
        key="corp",
        title=_("Corp"),
        text=_("Look for “我的企业 → 企业信息 → 企业ID” in WeCom's admin console."),
        entries=(entry,),
        checks=("corp", "way", "corp_id", "clock"),
    )


def _app(row: Corp | None) -> SetupStep:
    agent = str(row.agent_id) if row and row.agent_id else ""
    return SetupStep(
        key="app",
        title=_("App"),
        text=_(
            "Make an app of your own in WeCom (look for “应用管理 → 自建 → 创建应用”) and copy AgentId and"
            " Secret from its page."
        ),
        entries=(
            Entry(name="agent_id", label=_("Agent id"), kind=EntryKind.NUMBER, value=agent),
            Entry(
                name="secret",
                label=_("App secret"),
                kind=EntryKind.SECRET,
                is_set=bool(row and row.sealed_secret),
            ),
        ),
        checks=("secret", "agent_id"),
    )


def _callback(row: Corp) -> SetupStep:
    public = public_url_of(row.settings)
    path = callback_path(row.enterprise_id)
    return SetupStep(
        key="callback",
        title=_("Callback"),
        text=_(
            "WeCom and phones must reach Qunlian at a public https:// address. Enter it, make a token and"
            " key, and copy all three into WeCom (look for “接收消息 → 设置API接收” on the app's page)."
        ),
        entries=(
            Entry(
                name="public_url",
                label=_("Public address"),
                kind=EntryKind.URL,
                value=public,
                hint=_("a reverse proxy or tunnel that leads to this server"),
            ),
        ),
        to_copy=(ToCopy(_("Address of the callback"), f"{public}{path}"),) if public else (),
        checks=("public_address", "callback", "events"),
        makes_keys=True,
    )


def _there() -> tuple[SetupStep, ...]:
    """Return the steps that are done in WeCom's console alone."""
    return (
        SetupStep(
            key="trust",
            title=_("Trusted IP and domain"),
            text=_(
                "On the app's page look for “企业可信IP” and add this server's address, and for"
                " “网页授权及JS-SDK” and set the domain of the public address."
            ),
            checks=("trusted_ip", "trusted_domain"),
        ),
        SetupStep(
            key="range",
            title=_("Visible range"),
            text=_(
                "On the app's page look for “可见范围” and add the departments of everybody who has a"
                " territory or runs groups. Then say whose account is whose."
            ),
            checks=("accounts", "visible_range", "activated"),
        ),
        SetupStep(
            key="customers",
            title=_("Customer contact"),
            text=_(
                "Under “客户联系 → 可调用接口的应用” add the app; look for “客户联系 → 权限配置” and add"
                " those who run groups."
            ),
            checks=("customer_contact", "keepers", "left"),
        ),
    )


def _archive(row: Corp) -> SetupStep:
    return SetupStep(
        key="archive",
        title=_("Message archive"),
        text=_(
            "Only when you have bought it: without it what people write in groups is not read. Look for"
            " “会话内容存档” in WeCom's admin console."
        )
        + _library(),
        entries=(
            Entry(
                name="archive_secret",
                label=_("Archive secret"),
                kind=EntryKind.SECRET,
                is_set=bool(row.sealed_archive_secret),
            ),
            Entry(
                name="archive_version",
                label=_("Version of the key"),
                kind=EntryKind.NUMBER,
                value="1",
            ),
            Entry(
                name="archive_key",
                label=_("Private key (PEM)"),
                kind=EntryKind.LONG_SECRET,
                is_set=bool(row.sealed_archive_keys),
            ),
        ),
        checks=("archive",),
    )


def _library() -> str:
    """Say what else the archive needs, where it is not here: WeCom's library, which we may not pass on."""
    path = django.WECOM_ARCHIVE_LIBRARY
    if path and Path(path).is_file():
        return ""
    return " " + _(
        "It is read by WeCom's own library, which is not installed here: until it is, nothing is read"
        " (QUNLIAN_WECOM_ARCHIVE_LIBRARY names its file)."
    )


def _advanced(row: Corp) -> SetupStep:
    usual = {one.name: one.default for one in fields(Settings)}
    entries = [
        Entry(
            name=name,
            label=_(label),
            kind=EntryKind.URL if name in ADDRESSES else EntryKind.TEXT,
            value=str(row.settings.get(name, usual[name])),
            hint=_("usually %(value)s") % {"value": usual[name]} if usual[name] != "" else "",
        )
        for name, label in _ADVANCED.items()
    ]
    address = Entry(
        name="base_url",
        label=_("Address of WeCom's API"),
        kind=EntryKind.URL,
        value=row.base_url,
        hint=_("usually %(value)s") % {"value": BASE_URL},
    )
    return SetupStep(
        key="advanced",
        title=_("Advanced"),
        text=_(
            "Numbers that WeCom changes now and then, and addresses for a proxy or the sandbox."
        ),
        entries=(*entries, address),
        is_advanced=True,
    )
