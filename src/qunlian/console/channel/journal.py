"""The audit page: who did and saw what."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from qunlian.channel.queries import accounts, audit
from qunlian.channel.queries.audit import AuditFilter, AuditLine
from qunlian.console.channel import forms, words
from qunlian.console.channel.trees import HEADQUARTERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import sheets
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import every_row
from qunlian.kernel.sheets import Cell, Column
from qunlian.kernel.typed import whole

SLICES = {
    "channel.": gettext_lazy("Channel"),
    "community.": gettext_lazy("Groups"),
    "messaging.": gettext_lazy("Messages"),
    "commerce.": gettext_lazy("Orders and money"),
    "activation.": gettext_lazy("Waves"),
}
_EXPORT_STEP = 2000


def filter_of(request: HttpRequest) -> AuditFilter:
    """Read the filters out of the address."""
    query = request.GET
    return AuditFilter(
        name=query.get("name", "")[:80],
        kind=query.get("kind", ""),
        entity_id=whole(query.get("entity")),
        account_id=whole(query.get("account")),
        from_on=forms.day(query.get("from")),
        to_on=forms.day(query.get("to")),
    )


@page(HEADQUARTERS)
@require_GET
def read_audit(request: HttpRequest) -> HttpResponse:
    """Show the journal, the newest first."""
    actor = actor_of(request)
    listing = audit.read_audit(actor, filter_of(request), after=request.GET.get("after", ""))
    names = [*SLICES.items(), *words.FACTS.items()]
    facts = {
        "lines": [_shown(line) for line in listing.rows],
        "listing": listing,
        "names": [("", _("Anything")), *((key, str(word)) for key, word in names)],
        "kinds": [("", _("About anything")), *((key, str(w)) for key, w in words.KINDS.items())],
        "people": [("", _("Anybody")), *accounts.account_choices(actor)],
        "entity": request.GET.get("entity", ""),
        "export_url": reverse("channel_export_audit"),
    }
    return render(request, "console/channel/read_audit.html", facts)


@page(HEADQUARTERS)
@require_GET
def export_audit(request: HttpRequest) -> HttpResponseBase:
    """Hand out what the page shows, all of it."""
    columns = (
        Column(_("When"), Cell.MOMENT),
        Column(_("Who")),
        Column(_("What"), width=28),
        Column(_("About"), width=28),
        Column(_("Details"), width=60),
        Column(_("Request"), width=34),
    )
    rows = (
        (
            line.happened_at, line.who, words.fact_in_words(line.name),
            "、".join(f"{words.KINDS.get(kind, kind)} {number}" for kind, number in line.about),
            json.dumps(line.payload, ensure_ascii=False), line.request_id,
        )
        for line in _every(actor_of(request), filter_of(request))
    )  # fmt: skip
    return sheets.answer("audit", request.GET.get("format", "xlsx"), columns, rows)


def _every(actor: Actor, wanted: AuditFilter) -> Iterator[AuditLine]:
    return every_row(lambda after: audit.read_audit(actor, wanted, after=after, take=_EXPORT_STEP))


def _shown(line: AuditLine) -> dict[str, Any]:
    return {
        "line": line,
        "what": words.fact_in_words(line.name),
        "about": [
            (
                f"{words.KINDS.get(kind, kind)} {number}",
                reverse(words.PAGES[kind], args=[number]) if kind in words.PAGES else "",
            )
            for kind, number in line.about[:4]
        ],
        "more": max(0, len(line.about) - 4),
        "details": json.dumps(line.payload, ensure_ascii=False)[:200] if line.payload else "",
    }
