"""What the channel's forms share: reading what was typed, and putting a refusal at its field."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from qunlian.kernel.errors import NotFound, Refusal
from qunlian.kernel.money import fen_from_yuan
from qunlian.kernel.typed import whole
from qunlian.kernel.wording import in_words


def number(text: str | None, otherwise: int) -> int:
    """Read a whole number of a form; nothing typed is ``otherwise``, nonsense is refused later as -1."""
    tidy = (text or "").strip()
    found = whole(tidy)
    return otherwise if not tidy else (-1 if found is None else found)


def fen(text: str | None) -> int | None:
    """Read yuan as fen; anything else is None."""
    try:
        return fen_from_yuan(text) if text and text.strip() else None
    except ValueError:
        return None


def day(text: str | None) -> date | None:
    """Read a day; anything else is None."""
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None


def errors_of(refusal: Refusal) -> dict[str, str]:
    """Return the sentence at the field it is about, or above the form."""
    return {str(refusal.facts.get("field", "")): in_words(refusal)}


def done(request: HttpRequest, sentence: str, url: str, *args: object) -> HttpResponse:
    """Say that it worked, on the page that follows."""
    messages.success(request, sentence)
    return redirect(url, *args)


def attempt(
    request: HttpRequest,
    write: Callable[[], HttpResponse],
    show: Callable[[HttpRequest, dict[str, str]], HttpResponse],
) -> HttpResponse:
    """Run one write; when it is refused show the form again with what was typed."""
    try:
        return write()
    except NotFound:
        raise
    except Refusal as refusal:
        response = show(request, errors_of(refusal))
        response.status_code = refusal.status
        return response
