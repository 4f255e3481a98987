"""Writing a broadcast: the form, the size of the choice while one chooses, a picture."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunlian.channel.queries.choices import distributors_to_choose, territories_to_choose
from qunlian.channel.queries.stores import store_types
from qunlian.commerce.queries import catalogue
from qunlian.console.messaging import words
from qunlian.console.page import actor_of, page
from qunlian.console.picks import Picks, picks
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound, Refusal
from qunlian.kernel.typed import whole
from qunlian.kernel.wording import in_words
from qunlian.messaging.actions.compose_broadcast import (
    COMPOSERS,
    BadBroadcast,
    Composition,
    compose_broadcast,
)
from qunlian.messaging.actions.upload_media import BadUpload, Upload, upload_media
from qunlian.messaging.queries.broadcasts import BroadcastCard, broadcast_card
from qunlian.messaging.queries.slices import groups_to_choose, slice_size, tags_in_use
from qunlian.messaging.rules import bodies, slices
from qunlian.messaging.rules import media as media_rules

OPTIONS = range(bodies.OPTIONS_MAX)
#: What is found by typing: the name in the form, and who finds it.
PICKERS = {
    "territory": territories_to_choose,
    "distributor": distributors_to_choose,
    "group": groups_to_choose,
}


@page(COMPOSERS)
def compose_page(request: HttpRequest, broadcast_id: int | None = None) -> HttpResponseBase:
    """Write a message or change a draft; what is missing is said at its field, nothing typed is lost."""
    actor = actor_of(request)
    card = broadcast_card(actor, broadcast_id) if broadcast_id else None
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            kept = compose_broadcast(
                actor=actor,
                broadcast_id=broadcast_id,
                composition=_composition(actor, request.POST),
                now=clock.now(),
            )
        except BadBroadcast as refusal:
            field, sentence = words.REASONS.get(refusal.facts.get("reason", ""), ("", ""))
            errors[field] = str(sentence) or in_words(refusal)
        except Refusal as refusal:
            errors[""] = in_words(refusal)
        else:
            return redirect("messaging_broadcast_card", kept)
    typed = request.POST if request.method == "POST" else _typed(card)
    facts = _choices(actor, typed) | {
        "card": card,
        "typed": typed,
        "errors": errors,
        "crumbs": [(_("Messages"), reverse("messaging_list_broadcasts"))],
        "size": slice_size(actor, slice_of(typed)),
    }
    return render(request, "console/messaging/compose_broadcast.html", facts)


@page(COMPOSERS)
@require_safe
def size_part(request: HttpRequest) -> HttpResponse:
    """Say exactly how many groups and people a choice means, while one chooses."""
    size = slice_size(actor_of(request), slice_of(request.GET))
    return render(request, "console/messaging/slice_size.html", {"size": size})


@page(COMPOSERS)
@require_safe
def choices_part(request: HttpRequest, kind: str) -> HttpResponse:
    """Find territories, distributors or groups by what is typed; those chosen stay on top."""
    if kind not in PICKERS:
        raise NotFound(kind="choice")
    found = _picks(actor_of(request), kind, request.GET, request.GET.get(f"{kind}_q", ""))
    return render(request, "site/components/pick_options.html", {"picks": found})


@page(COMPOSERS)
@require_POST
def upload_part(request: HttpRequest) -> HttpResponse:
    """Keep a picture or a short video for the message that is being written."""
    file = request.FILES.get("picture")
    kind = "video" if file is not None and str(file.content_type).startswith("video/") else "image"
    if file is None or (file.size or 0) > media_rules.LIMITS[kind]:
        raise BadUpload(reason="too_large")
    upload = Upload(kind=kind, content=file.read())
    done = upload_media(actor=actor_of(request), upload=upload, now=clock.now())
    facts = {"token": done.token, "media_kind": done.kind}
    return render(request, "console/messaging/picture.html", facts)


def slice_of(given: QueryDict) -> slices.Slice:
    """Read the choice of groups out of a form."""
    try:
        return slices.from_json(
            {
                "territory_ids": [one for one in given.getlist("territory") if one],
                "distributor_ids": [one for one in given.getlist("distributor") if one],
                "group_ids": [one for one in given.getlist("group") if one],
                "store_types": [one for one in given.getlist("store_type") if one],
                "layers": given.getlist("layer"),
                "tags": given.getlist("tag"),
                "lives": given.getlist("life"),
            }
        )
    except ValueError:
        raise NotFound(kind="slice") from None


def _composition(actor: Actor, given: QueryDict) -> Composition:
    options = [given.get(f"option{number}", "") for number in OPTIONS]
    chosen = right if (right := whole(given.get("right"))) in OPTIONS else None
    marked = options[chosen].strip() if chosen is not None else ""
    filled = [option for option in options if option.strip()]
    return Composition(
        title=given.get("title", ""),
        text=given.get("text", ""),
        media_token=given.get("media_token", ""),
        card=_card(actor, given.get("product", "")),
        question=given.get("question", ""),
        options=tuple(filled),
        right_option=[o.strip() for o in filled].index(marked) if marked else None,
        mode=given.get("mode", "direct"),
        is_wording_allowed=given.get("is_wording_allowed") == "1",
        slice=slice_of(given),
    )


def _card(actor: Actor, product: str) -> dict[str, Any]:
    """Make a product card; each store sees its own price when it opens it."""
    product_id = whole(product)
    if product_id is None:
        return {}
    found = catalogue.product_card(actor, product_id)
    return bodies.product_body(product_id, found.name[: bodies.TITLE_LIMIT], None)


def _choices(actor: Actor, typed: QueryDict) -> dict[str, Any]:
    right = typed.get("right", "")
    return {
        "modes": list(words.MODES.items()),
        "layers": _ticked(words.LAYERS, typed.getlist("layer")),
        "lives": _ticked(words.LIVES, typed.getlist("life") or ["live", "fading"]),
        "tags": _ticked({tag: tag for tag in tags_in_use(actor)}, typed.getlist("tag")),
        "pickers": _pickers(actor, typed),
        "store_types": _ticked(
            {one: one for one in store_types(actor) if one}, typed.getlist("store_type")
        ),
        "products": [(row.product_id, row.name) for row in catalogue.list_products(actor).rows],
        "options": [
            {"number": n, "value": typed.get(f"option{n}", ""), "is_right": right == str(n)}
            for n in OPTIONS
        ],
    }


def _picks(actor: Actor, kind: str, typed: QueryDict, text: str = "") -> Picks:
    field = (kind, reverse("messaging_choices", args=[kind]))
    return picks(
        PICKERS[kind], actor, field=field, chosen=typed.getlist(kind), text=text, is_many=True
    )


def _pickers(actor: Actor, typed: QueryDict) -> list[tuple[Picks, str, str]]:
    """Return the pickers with what they choose, and what is meant while nothing is chosen."""
    words_of = {
        "territory": (_("Territories, with all below them"), _("Everything within your reach")),
        "distributor": (
            _("Distributors, with all below them and their stores"),
            _("All distributors"),
        ),
        "group": (_("Single groups"), _("All groups that fit")),
    }
    return [(_picks(actor, kind, typed), *words_of[kind]) for kind in PICKERS]


def _ticked(known: Any, chosen: list[str]) -> list[tuple[str, object, bool]]:
    return [(key, label, key in chosen) for key, label in known.items()]


def _typed(card: BroadcastCard | None) -> QueryDict:
    """Return a draft as its form would post it."""
    typed = QueryDict(mutable=True)
    typed.update({"mode": "direct", "is_wording_allowed": "1"})
    typed.setlist("layer", ["store"])
    if card is None:
        return typed
    body = card.body
    facts: dict[str, object] = {
        "title": card.title,
        "text": body.get("text", ""),
        "media_token": body.get("media", ""),
        "media_kind": "video" if card.kind == "video" else "image",
        "product": body.get("product_id", ""),
        "question": card.question,
        "mode": card.mode,
        "is_wording_allowed": "1" if card.is_wording_allowed else "",
        "right": "" if card.right_option is None else card.right_option,
    }
    facts |= {f"option{n}": option for n, option in enumerate(card.options)}
    for name, value in facts.items():
        typed[name] = str(value)
    typed.setlist("territory", [str(one) for one in card.slice.territory_ids])
    typed.setlist("distributor", [str(one) for one in card.slice.distributor_ids])
    typed.setlist("group", [str(one) for one in card.slice.group_ids])
    typed.setlist("store_type", list(card.slice.store_types))
    typed.setlist("layer", list(card.slice.layers))
    typed.setlist("life", list(card.slice.lives))
    typed.setlist("tag", list(card.slice.tags))
    return typed
