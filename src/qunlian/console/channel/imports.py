"""Imports: file → columns → check → load, what became of each, templates and exports."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qunlian.channel.actions.cancel_import import cancel_import as cancel
from qunlian.channel.actions.check_roster import check_roster as check
from qunlian.channel.actions.export_roster import export_roster as export
from qunlian.channel.actions.load_roster import load_roster as load
from qunlian.channel.actions.upload_roster import upload_roster as upload
from qunlian.channel.queries import exports, imports
from qunlian.channel.queries.imports import ImportCard
from qunlian.channel.queries.templates import write_template
from qunlian.channel.rosters.fields import FIELDS, KIND_LABELS, Kind
from qunlian.channel.rosters.rights import kinds_of
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, sheets
from qunlian.kernel.actor import Role
from qunlian.kernel.errors import Invalid
from qunlian.kernel.sheets import Column
from qunlian.kernel.typed import whole
from qunlian.kernel.wording import in_words

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

IMPORTERS = (Role.HEADQUARTERS, Role.MANAGER, Role.REP, Role.DISTRIBUTOR)
STATES = {
    "uploaded": (gettext_lazy("waiting for you"), "info"),
    "checking": (gettext_lazy("being checked"), "info"),
    "checked": (gettext_lazy("checked"), "info"),
    "loading": (gettext_lazy("being loaded"), "info"),
    "loaded": (gettext_lazy("loaded"), "good"),
    "refused": (gettext_lazy("not loaded"), "warn"),
    "cancelled": (gettext_lazy("cancelled"), "quiet"),
    "failed": (gettext_lazy("interrupted"), "bad"),
}
PHASES = {
    "": gettext_lazy("Waiting for its turn"),
    "reading": gettext_lazy("Reading the file"),
    "checking": gettext_lazy("Checking every row"),
    "staging": gettext_lazy("Laying the rows out"),
    "writing": gettext_lazy("Writing"),
    "owners": gettext_lazy("Tying owners to their stores"),
    "sizes": gettext_lazy("Adding up the year"),
}
ROW_STATES = {
    "new": (gettext_lazy("new"), "good"),
    "changed": (gettext_lazy("changed"), "info"),
    "same": (gettext_lazy("the same"), "quiet"),
    "bad": (gettext_lazy("not loadable"), "bad"),
}
_PREFIX = "column-"


def _kinds(request: HttpRequest) -> list[tuple[str, str]]:
    allowed = kinds_of(actor_of(request).role)
    return [(kind.value, _(label)) for kind, label in KIND_LABELS.items() if kind in allowed]


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        raise Http404 from None


def _named(card: ImportCard) -> dict[str, Any]:
    """Return a card with its state and kind in words."""
    state = "failed" if card.is_silent else card.state
    label, tone = STATES[state]
    return {"card": card, "state": label, "tone": tone, "kind": _(KIND_LABELS[card.kind])}


@page(IMPORTERS)
@require_GET
def list_imports(request: HttpRequest) -> HttpResponse:
    """Show past imports, and what can be exported."""
    after = request.GET.get("after", "")
    before = whole(after)
    is_waiting = request.GET.get("waiting", "") == "yes"
    found = imports.list_imports(
        actor_of(request), now=clock.now(), before=before, is_waiting=is_waiting
    )
    facts = {
        "rows": [_named(card) for card in found.rows],
        "is_waiting": is_waiting,
        "waiting_choices": [("yes", _("Waiting for a decision"))],
        "next_key": found.next_key,
        "kinds": _kinds(request),
    }
    return render(request, "console/channel/list_imports.html", facts)


@page(IMPORTERS)
@require_http_methods(["GET", "POST"])
def upload_roster(request: HttpRequest) -> HttpResponse:
    """Take in a file."""
    kinds = _kinds(request)
    chosen = request.POST.get("kind") or request.GET.get("kind") or kinds[0][0]
    facts: dict[str, Any] = {"kinds": kinds, "chosen": chosen, "errors": {}}
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is None:
            facts["errors"] = {"file": _("Choose a file.")}
            return render(request, "console/channel/upload_roster.html", facts, status=422)
        path = _kept(sent)
        try:
            card = upload(
                actor=actor_of(request),
                kind=_kind(chosen),
                file=path,
                file_name=sent.name or "",
                now=clock.now(),
            )
        except Invalid as refusal:
            facts["errors"] = {"file": in_words(refusal)}
            return render(request, "console/channel/upload_roster.html", facts, status=422)
        finally:
            path.unlink()
        return redirect("channel_import_card", card.id)
    return render(request, "console/channel/upload_roster.html", facts)


def _kept(sent: "UploadedFile[Any]") -> Path:
    """Write an upload where the action can read it."""
    handle, name = tempfile.mkstemp(prefix="qunlian-upload-")
    with os.fdopen(handle, "wb") as stream:
        for chunk in sent.chunks():
            stream.write(chunk)
    return Path(name)


@page(IMPORTERS)
@require_GET
def import_card(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show one import at whatever step it is."""
    card = imports.import_card(actor_of(request), run_id, now=clock.now())
    is_choosing = card.can_load and (card.state == "uploaded" or "columns" in request.GET)
    facts: dict[str, Any] = {
        **_named(card),
        "step": _step(card, is_choosing=is_choosing),
        "is_choosing": is_choosing,
        "phase": PHASES.get(card.phase, card.phase),
        "counts": [
            (label, card.summary.get(state, 0), tone) for state, (label, tone) in ROW_STATES.items()
        ],
        "good": sum(card.summary.get(state, 0) for state in ("new", "changed")),
        "is_hopeless": bool(card.summary.get("bad"))
        and not any(card.summary.get(state, 0) for state in ("new", "changed", "same")),
        "reasons": _reasons(card),
    }
    if is_choosing:
        facts |= _columns(request, card)
    return render(request, "console/channel/import_card.html", facts)


def _step(card: ImportCard, *, is_choosing: bool) -> int:
    if is_choosing:
        return 2
    return 4 if card.state in {"loading", "loaded"} else 3


def _columns(request: HttpRequest, card: ImportCard) -> dict[str, Any]:
    """Return the mapping to choose from, and the first rows as it would load them."""
    from qunlian.channel.queries.import_rows import import_preview  # noqa: PLC0415  (polars loads slowly)

    is_sent = any(name.startswith(_PREFIX) for name in request.GET)
    mapping = _mapping(request.GET, card) if is_sent else dict(card.mapping)
    options = _options(request.GET) if is_sent else dict(card.options)
    preview = import_preview(
        actor_of(request),
        card.id,
        mapping=mapping,
        options={**card.options, **options},
        now=clock.now(),
    )
    return {
        "fields": [
            (f"{_PREFIX}{field.name}", _(field.label), field.is_required, mapping.get(field.name))
            for field in FIELDS[card.kind]
        ],
        "headings": list(enumerate(card.headings)),
        "preview": preview,
        "preview_labels": [_(field.label) for field in preview.fields],
        "missing": [imports.label_of(card.kind, name) for name in preview.missing],
        "row_states": ROW_STATES,
        "creates": options.get("creates"),
        "sets_size": options.get("sets_size"),
        "may_create": card.kind is Kind.STORES,
        "may_set_size": card.kind is Kind.SALES,
    }


def _mapping(sent: Mapping[str, str], card: ImportCard) -> dict[str, int]:
    """Read field → column out of a form; nothing chosen leaves a field out."""
    chosen = {field.name: sent.get(f"{_PREFIX}{field.name}", "") for field in FIELDS[card.kind]}
    return {name: at for name, text in chosen.items() if (at := whole(text)) is not None}


def _options(sent: Mapping[str, str]) -> dict[str, Any]:
    return {name: bool(sent.get(name)) for name in ("creates", "sets_size")}


def _reasons(card: ImportCard) -> list[dict[str, Any]]:
    """Return why rows were bad, in words."""
    return [
        {
            "field": imports.label_of(card.kind, each["field"]),
            "text": imports.in_words(each["code"], each["value"]),
            "count": each["count"],
            "lines": ", ".join(map(str, each["lines"])),
        }
        for each in card.summary.get("reasons", ())
    ]


@page(IMPORTERS)
@require_POST
def check_roster(request: HttpRequest, run_id: int) -> HttpResponse:
    """Keep the mapping and check every row."""
    actor = actor_of(request)
    card = imports.import_card(actor, run_id, now=clock.now())
    check(
        actor=actor,
        run_id=run_id,
        mapping=_mapping(request.POST, card),
        options=_options(request.POST),
        now=clock.now(),
    )
    return redirect("channel_import_card", run_id)


@page(IMPORTERS)
@require_POST
def load_roster(request: HttpRequest, run_id: int) -> HttpResponse:
    """Load the good rows, or all or nothing."""
    load(
        actor=actor_of(request),
        run_id=run_id,
        is_all_or_nothing=request.POST.get("mode") == "all",
        now=clock.now(),
    )
    return redirect("channel_import_card", run_id)


@page(IMPORTERS)
@require_POST
def cancel_import(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop it."""
    cancel(actor=actor_of(request), run_id=run_id, now=clock.now())
    return redirect("channel_import_card", run_id)


@page(IMPORTERS)
@require_GET
def import_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """Answer how far it is; when it has ended the page is fetched anew."""
    card = imports.import_card(actor_of(request), run_id, now=clock.now())
    facts = {**_named(card), "phase": PHASES.get(card.phase, card.phase)}
    response = render(request, "console/channel/import_progress.html", facts)
    if not card.is_running:
        response["HX-Refresh"] = "true"
    return response


@page(IMPORTERS)
@require_GET
def bad_rows(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Hand the bad rows back as they came, with line and reason, to correct and load again."""
    from qunlian.channel.queries import import_rows  # noqa: PLC0415  (polars loads slowly)

    name, headings, rows = import_rows.bad_rows(actor_of(request), run_id)
    columns = tuple(Column(heading) for heading in headings)
    stem = f"{Path(name).stem}-{_('to correct')}"
    return sheets.answer(stem, request.GET.get("format", "xlsx"), columns, rows)


@page(IMPORTERS)
@require_GET
def roster_template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Hand out the workbook to start from."""
    stream = sheets.written(lambda file: write_template(file, _kind(kind)))
    stem = f"{_(KIND_LABELS[_kind(kind)])}-{_('template')}"
    return FileResponse(
        stream, as_attachment=True, filename=f"{stem}.xlsx", content_type=sheets.XLSX
    )


@page(IMPORTERS)
@require_POST
def export_roster(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Hand out everything of a kind within reach."""
    actor, chosen = actor_of(request), _kind(kind)
    has_contacts = bool(request.POST.get("contacts"))
    fields = export(actor=actor, kind=chosen, has_contacts=has_contacts, now=clock.now())
    rows = exports.export_rows(actor, chosen, fields)
    form = request.POST.get("format", "xlsx")
    return sheets.answer(_(KIND_LABELS[chosen]), form, exports.export_columns(fields), rows)
