"""Platforms: what each can do, and the walk that sets one up, with the doctor's findings beside each step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from qunlian.channel.actions.renew_callback_keys import renew_callback_keys as renew
from qunlian.channel.actions.set_up_platform import set_up_platform as keep
from qunlian.console.channel import forms
from qunlian.console.community.task_words import PLATFORMS
from qunlian.console.nav import HEADQUARTERS
from qunlian.console.page import actor_of, page
from qunlian.insight.queries import doctor
from qunlian.kernel import clock
from qunlian.kernel.errors import NotFound, Refusal
from qunlian.platforms import registry
from qunlian.platforms.extensions import Connectable, LogIn
from qunlian.platforms.findings import Finding, State, worst
from qunlian.platforms.port import Means
from qunlian.platforms.setups import SetupStep, ToCopy
from qunlian.platforms.words import FEATURES, MEANS

_TONES = {State.OK: "good", State.LOOK: "warn", State.WRONG: "bad", State.SKIPPED: "quiet"}
MEANS_TONES = {Means.API: "good", Means.PERSON: "info", Means.ARCHIVE: "warn"}


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding and how it looks."""

    finding: Finding
    tone: str
    word: str


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step with what was found about it; ``state`` is None before anybody looked."""

    number: int
    step: SetupStep
    findings: tuple[ShownFinding, ...]
    fresh: tuple[ToCopy, ...]


@page(HEADQUARTERS)
@require_safe
def list_platforms(request: HttpRequest) -> HttpResponse:
    """Show which platforms there are, and what each can do by which means."""
    actor = actor_of(request)
    names = registry.names()
    rows = [
        {
            "words": _(words),
            "cells": [_cell(name, feature) for name in names],
        }
        for feature, words in FEATURES.items()
    ]
    platforms = [
        {
            "name": name,
            "label": PLATFORMS.get(name, name),
            "is_connectable": isinstance(registry.platform(name), Connectable),
            "is_set_up": doctor.is_set_up(actor, name),
        }
        for name in names
    ]
    facts = {"platforms": platforms, "rows": rows}
    return render(request, "console/platforms/list_platforms.html", facts)


@page(HEADQUARTERS)
@require_safe
def platform_page(request: HttpRequest, platform: str) -> HttpResponse:
    """Show the walk; ``?check=1`` examines everything (the page asks for it by itself)."""
    return _walk(request, platform)


@page(HEADQUARTERS)
@sensitive_post_parameters()
@require_POST
def set_up_platform(request: HttpRequest, platform: str) -> HttpResponse:
    """Keep one step's entries."""
    entries = {name: str(text) for name, text in request.POST.items()}
    try:
        done = keep(actor=actor_of(request), platform=platform, entries=entries, now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        shown = {
            name: text
            for name, text in entries.items()
            if name not in _secret_names(request, platform)
        }
        return _walk(request, platform, typed=shown, errors=forms.errors_of(refusal))
    sentence = _("Saved.") if done.changed else _("Nothing has changed.")
    return forms.done(request, sentence, "channel_platform_page", platform)


@page(HEADQUARTERS)
@require_POST
def renew_callback_keys(request: HttpRequest, platform: str) -> HttpResponse:
    """Make new secrets for the callback and show them this once."""
    done = renew(actor=actor_of(request), platform=platform, now=clock.now())
    response = _walk(request, platform, fresh=done.keys)
    response["Cache-Control"] = "no-store"
    return response


def _walk(
    request: HttpRequest,
    platform: str,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    fresh: Sequence[ToCopy] = (),
) -> HttpResponse:
    actor = actor_of(request)
    adapter = _connectable(platform)
    findings: tuple[Finding, ...] = ()
    is_checked = request.GET.get("check") == "1"
    if is_checked:
        findings = doctor.examine_platform(actor, platform, now=clock.now())
    steps = [
        ShownStep(number, step, _shown(findings, step), tuple(fresh) if step.makes_keys else ())
        for number, step in enumerate(adapter.setup_steps(actor.enterprise_id), 1)
    ]
    facts = {
        "platform": platform,
        "label": PLATFORMS.get(platform, platform),
        "steps": steps,
        "is_checked": is_checked,
        "is_set_up": doctor.is_set_up(actor, platform),
        "worst": worst(findings) if findings else None,
        "oob": ",".join(f"#checks-{one.step.key}" for one in steps if one.step.checks),
        "typed": typed or {},
        "errors": errors or {},
        "log_in_address": _log_in_address(request, platform, actor.enterprise_id),
        "crumbs": [(_("Platforms"), reverse("channel_list_platforms"))],
    }
    status = 422 if errors else 200
    return render(request, "console/platforms/platform_page.html", facts, status=status)


def _log_in_address(request: HttpRequest, platform: str, enterprise_id: int) -> ToCopy | None:
    """Return where our people log in by the platform; it also opens from the platform's own list of apps."""
    adapter = registry.platform(platform)
    codes = adapter.companies() if isinstance(adapter, LogIn) else {}
    code = next((code for code, whose in codes.items() if whose == enterprise_id), None)
    if code is None:
        return None
    path = f"{reverse('channel_begin_log_in', args=[platform])}?{urlencode({'company': code})}"
    return ToCopy(_("Address for your people to log in"), request.build_absolute_uri(path))


def _connectable(platform: str) -> Connectable:
    adapter = registry.platform(platform) if platform in registry.names() else None
    if not isinstance(adapter, Connectable):
        raise Http404
    return adapter


def _secret_names(request: HttpRequest, platform: str) -> set[str]:
    steps = _connectable(platform).setup_steps(actor_of(request).enterprise_id)
    return {entry.name for step in steps for entry in step.entries if entry.is_secret}


def _shown(findings: Sequence[Finding], step: SetupStep) -> tuple[ShownFinding, ...]:
    words = {
        State.OK: _("fine"),
        State.LOOK: _("have a look"),
        State.WRONG: _("wrong"),
        State.SKIPPED: _("not looked at"),
    }
    return tuple(
        ShownFinding(one, _TONES[one.state], words[one.state])
        for one in findings
        if one.check in step.checks
    )


def _cell(name: str, feature: object) -> dict[str, str]:
    means = registry.means(name, feature)  # type: ignore[arg-type]
    note = registry.note(name, feature)  # type: ignore[arg-type]
    return {
        "means": _(MEANS[means]),
        "tone": MEANS_TONES.get(means, "quiet"),
        "note": _(note) if note else "",
    }
