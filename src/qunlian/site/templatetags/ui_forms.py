"""Tags of forms. What was typed comes back from the context's ``typed``, messages at the field from ``errors``."""

from collections.abc import Iterable, Mapping

from django.forms import BoundField
from django.template import Context, Library
from django.utils.safestring import SafeString

from .render import component

register = Library()


def _looked_up(context: Context, holder: str, name: str) -> object:
    values = context.get(holder)
    return values.get(name, "") if isinstance(values, Mapping) else ""


def _common(context: Context, name: str, label: str, value: object, rest: Mapping[str, object]) -> dict[str, object]:
    """Return what every field shares: its typed value wins over the given one."""
    typed = context.get("typed")
    shown = typed[name] if isinstance(typed, Mapping) and name in typed else value
    error = rest.get("error") or _looked_up(context, "errors", name)
    return {"name": name, "label": label, "value": "" if shown is None else shown, **rest, "error": error}


@register.simple_tag(takes_context=True)
def text_field(  # noqa: PLR0913 - parts of one field, named by keyword in templates
    context: Context,
    name: str,
    label: str,
    value: object = "",
    *,
    type: str = "text",  # noqa: A002
    hint: str = "",
    error: str = "",
    unit: str = "",
    placeholder: str = "",
    autocomplete: str = "",
    inputmode: str = "",
    required: bool = False,
) -> SafeString:
    """``{% text_field "name" "Name" store.name hint="" unit="元" type="text" required=True %}``."""
    rest = {
        "type": type, "hint": hint, "error": error, "unit": unit, "placeholder": placeholder,
        "autocomplete": autocomplete, "inputmode": inputmode, "required": required,
    }  # fmt: skip
    return component(context, "text_field", _common(context, name, label, value, rest))


@register.simple_tag(takes_context=True)
def text_area(  # noqa: PLR0913 - parts of one field, named by keyword in templates
    context: Context,
    name: str,
    label: str,
    value: object = "",
    *,
    hint: str = "",
    error: str = "",
    rows: int = 4,
    limit: int | None = None,
    required: bool = False,
) -> SafeString:
    """``{% text_area "text" "Message" value rows=4 limit=500 %}``; with a limit it counts what is left."""
    rest = {"hint": hint, "error": error, "rows": rows, "limit": limit, "required": required}
    return component(context, "text_area", _common(context, name, label, value, rest))


@register.simple_tag(takes_context=True)
def select_field(  # noqa: PLR0913 - parts of one field, named by keyword in templates
    context: Context,
    name: str,
    label: str,
    choices: Iterable[tuple[object, object]],
    value: object = "",
    *,
    hint: str = "",
    error: str = "",
    empty: str = "",
    required: bool = False,
) -> SafeString:
    """``{% select_field "type" "Type" choices value empty="Choose…" %}``; choices are (value, label) pairs."""
    rest = {"hint": hint, "error": error, "empty": empty, "required": required}
    values = _common(context, name, label, value, rest)
    options = [(str(key), text, str(key) == str(values["value"])) for key, text in choices]
    return component(context, "select_field", {**values, "options": options})


@register.simple_tag(takes_context=True)
def check_field(  # noqa: PLR0913 - parts of one field, named by keyword in templates
    context: Context,
    name: str,
    label: str,
    checked: bool = False,  # noqa: FBT001, FBT002 - a template keyword
    *,
    value: str = "on",
    hint: str = "",
    error: str = "",
    type: str = "checkbox",  # noqa: A002
) -> SafeString:
    """``{% check_field "is_agreed" "I have read it" checked=False %}``; ``type="radio"`` or ``"switch"`` too."""
    typed = context.get("typed")
    is_on = typed.get(name) == value if isinstance(typed, Mapping) else checked
    rest = {"type": type, "hint": hint, "error": error, "is_on": is_on}
    return component(context, "check_field", {**_common(context, name, label, value, rest), "value": value})


@register.simple_tag(takes_context=True)
def file_field(  # noqa: PLR0913 - parts of one field, named by keyword in templates
    context: Context, name: str, label: str, *, accept: str = "", hint: str = "", error: str = ""
) -> SafeString:
    """``{% file_field "file" "Roster" accept=".xlsx,.csv" hint="up to 50 MB" %}``: a place to drop a file on."""
    rest = {"accept": accept, "hint": hint, "error": error}
    return component(context, "file_field", _common(context, name, label, "", rest))


@register.simple_tag(takes_context=True)
def field(context: Context, bound: BoundField) -> SafeString:
    """``{% field form.name %}``: a field of a Django form, with its label, help and errors."""
    return component(context, "field", {"bound": bound, "error": " ".join(bound.errors)})


@register.simple_tag(takes_context=True)
def form_errors(context: Context) -> SafeString:
    """``{% form_errors %}``: the message that belongs to no field (``errors[""]``), above the form."""
    return component(context, "form_errors", {"message": _looked_up(context, "errors", "")})
