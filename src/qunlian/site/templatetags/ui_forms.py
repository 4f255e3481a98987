"""Tags of forms: what was typed comes from the context's ``typed``, messages from its ``errors``."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.forms import BoundField
from django.template import Context, Library
from django.utils.safestring import SafeString

from qunlian.console.picks import Picks

from .parts import FieldParts, SliderParts
from .render import component

register = Library()


def _looked_up(context: Context, holder: str, name: str) -> object:
    values = context.get(holder)
    return values.get(name, "") if isinstance(values, Mapping) else ""


def _field(
    context: Context, name: str, label: str, value: object, parts: Mapping[str, Any]
) -> dict[str, object]:
    """Return what every field shares: what was typed wins over the given value."""
    given = asdict(FieldParts(**parts))
    typed = context.get("typed")
    shown = typed[name] if isinstance(typed, Mapping) and name in typed else value
    error = given["error"] or _looked_up(context, "errors", name)
    return {
        **given,
        "name": name,
        "label": label,
        "value": "" if shown is None else shown,
        "error": error,
    }


@register.simple_tag(takes_context=True)
def text_field(
    context: Context, name: str, label: str, value: object = "", **parts: Any
) -> SafeString:
    """``{% text_field "name" "Name" store.name hint="" unit="元" type="text" required=True %}``.

    Also: error, placeholder, autocomplete, inputmode.
    """
    values = _field(context, name, label, value, parts)
    return component(context, "text_field", {**values, "type": values["type"] or "text"})


@register.simple_tag(takes_context=True)
def slider_field(
    context: Context, name: str, label: str, value: object = "", **parts: Any
) -> SafeString:
    """``{% slider_field "seats" "Seats" 200 least=20 most=500 step=10 low="few" high="many" unit="" %}``."""
    given = SliderParts(**parts)
    values = _field(context, name, label, value, {"unit": given.unit, "hint": given.hint})
    return component(context, "slider_field", {**values, **asdict(given)})


@register.simple_tag(takes_context=True)
def text_area(
    context: Context, name: str, label: str, value: object = "", **parts: Any
) -> SafeString:
    """``{% text_area "text" "Message" value rows=4 limit=500 %}``; with a limit it counts letters."""
    return component(context, "text_area", _field(context, name, label, value, parts))


@register.simple_tag(takes_context=True)
def select_field(
    context: Context,
    name: str,
    label: str,
    choices: Iterable[tuple[object, object]],
    value: object = "",
    **parts: Any,
) -> SafeString:
    """``{% select_field "type" "Type" choices value empty="Choose…" %}``; choices: (value, label) pairs."""
    values = _field(context, name, label, value, parts)
    options = [(str(key), text, str(key) == str(values["value"])) for key, text in choices]
    return component(context, "select_field", {**values, "options": options})


@register.simple_tag(takes_context=True)
def pick_field(context: Context, picks: Picks, label: str, **parts: Any) -> SafeString:
    """``{% pick_field territories "Territory" empty="None" hint="" %}``: found by typing; see console.picks.

    ``empty``: the words for choosing none.
    """
    values = _field(context, picks.name, label, "", parts)
    return component(context, "pick_field", {**values, "picks": picks})


@register.simple_tag(takes_context=True)
def check_field(context: Context, name: str, label: str, **parts: Any) -> SafeString:
    """``{% check_field "is_agreed" "I have read it" checked=False value="on" hint="" %}``.

    ``type`` may also be radio or switch.
    """
    values = _field(context, name, label, "", parts)
    given = FieldParts(**parts)
    typed = context.get("typed")
    is_on = typed.get(name) == given.value if isinstance(typed, Mapping) else given.checked
    return component(context, "check_field", {**values, "value": given.value, "is_on": is_on})


@register.simple_tag(takes_context=True)
def file_field(context: Context, name: str, label: str, **parts: Any) -> SafeString:
    """``{% file_field "file" "Roster" accept=".xlsx,.csv" hint="up to 50 MB" %}``: drop a file on it."""
    return component(context, "file_field", _field(context, name, label, "", parts))


@register.simple_tag(takes_context=True)
def field(context: Context, bound: BoundField) -> SafeString:
    """``{% field form.name %}``: a field of a Django form, with its label, help and errors."""
    error = " ".join(str(message) for message in bound.errors)
    return component(context, "field", {"bound": bound, "error": error})


@register.simple_tag(takes_context=True)
def form_errors(context: Context) -> SafeString:
    """``{% form_errors %}``: the message that belongs to no field (``errors[""]``), above the form."""
    return component(context, "form_errors", {"message": _looked_up(context, "errors", "")})
