"""The checks in their order, as data: what each is called, what must be right before it, who judges it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from qunlian.kernel.errors import PlatformTrouble
from qunlian.kernel.wording import in_words
from qunlian.platforms.findings import Finding, OurPerson, State
from qunlian.platforms.wecom.accounts import corp_of
from qunlian.platforms.wecom.doctor import hearing, judging, manning
from qunlian.platforms.wecom.doctor.seeing import Seen, see
from qunlian.platforms.wecom.doctor.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Check:
    """One check; ``title`` is a msgid, ``needs`` names checks that must not be wrong."""

    key: str
    title: str
    needs: tuple[str, ...]
    judge: Callable[[Seen], Verdict]


CHECKS = (
    Check("way", gettext_noop("Way to WeCom"), (), judging.way),
    Check("clock", gettext_noop("Clock"), ("way",), judging.clock),
    Check("corp_id", gettext_noop("Corp id"), ("way",), judging.corp_id),
    Check("secret", gettext_noop("App secret"), ("corp_id",), judging.secret),
    Check("trusted_ip", gettext_noop("Trusted IP"), ("secret",), judging.trusted_ip),
    Check("agent_id", gettext_noop("Agent id"), ("trusted_ip",), judging.agent_id),
    Check("public_address", gettext_noop("Public address"), (), judging.public_address),
    Check("callback", gettext_noop("Callback"), ("public_address",), hearing.callback),
    Check("events", gettext_noop("Events received"), ("callback",), hearing.events),
    Check(
        "trusted_domain",
        gettext_noop("Trusted domain"),
        ("agent_id", "public_address"),
        judging.trusted_domain,
    ),
    Check("accounts", gettext_noop("Staff's accounts"), (), manning.accounts),
    Check("visible_range", gettext_noop("Visible range"), ("trusted_ip",), manning.visible_range),
    Check("activated", gettext_noop("Accounts activated"), ("trusted_ip",), manning.activated),
    Check(
        "customer_contact",
        gettext_noop("Customer contact of the app"),
        ("trusted_ip",),
        manning.customer_contact,
    ),
    Check(
        "keepers",
        gettext_noop("Customer contact of the staff"),
        ("customer_contact",),
        manning.keepers,
    ),
    Check("left", gettext_noop("Limits"), (), manning.left),
    Check("archive", gettext_noop("Message archive"), ("secret",), manning.archive),
)


def examine(enterprise_id: int, people: Sequence[OurPerson], now: datetime) -> tuple[Finding, ...]:
    """Look at everything, then judge it in order; what fails is a finding."""
    try:
        seen = see(corp_of(enterprise_id), people, now)
    except PlatformTrouble as trouble:
        return (_unconnected(trouble),)
    return judge(seen)


def judge(seen: Seen) -> tuple[Finding, ...]:
    """Judge what was seen: a check whose need is wrong, or was skipped itself, is skipped."""
    titles = {check.key: check.title for check in CHECKS}
    blocked: set[str] = set()
    findings = []
    for check in CHECKS:
        before = [titles[need] for need in check.needs if need in blocked]
        if before:
            verdict = Verdict(
                State.SKIPPED, "", _("not looked at; first “%(title)s”") % {"title": _(before[0])}
            )
        else:
            verdict = check.judge(seen)
        if verdict.state in {State.WRONG, State.SKIPPED}:
            blocked.add(check.key)
        findings.append(_finding(check, verdict))
    return tuple(findings)


def _finding(check: Check, verdict: Verdict) -> Finding:
    return Finding(
        check=check.key,
        title=_(check.title),
        state=verdict.state,
        expected=verdict.expected,
        got=verdict.got,
        fix=verdict.fix,
    )


def _unconnected(trouble: PlatformTrouble) -> Finding:
    return Finding(
        check="corp",
        title=_("Corp"),
        state=State.WRONG,
        expected=_("a corp of yours is set up"),
        got=in_words(trouble),
        fix=_("Enter corp id, agent id and secret on the set-up page."),
    )
