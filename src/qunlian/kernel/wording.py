"""Refusals in the reader's language; the same words in every interface."""

from django.utils.translation import gettext

from qunlian.kernel.errors import Refusal


def in_words(refusal: Refusal) -> str:
    """Translate the refusal's public sentence and put its facts in."""
    sentence = gettext(refusal.sentence())
    try:
        return sentence % refusal.facts
    except (KeyError, ValueError, TypeError):
        return sentence
