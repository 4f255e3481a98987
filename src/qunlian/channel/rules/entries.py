"""What people type into forms about the roster, made fit to keep, or refused at its field."""

import re
from collections.abc import Iterable
from typing import ClassVar

from qunlian.channel.rules import phones
from qunlian.kernel.errors import Invalid

#: What no text of the database may hold, and nobody sees; line breaks and tabs are blanks.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CODE = re.compile(r"[^\s\x00-\x1f]{1,40}")


class TextRefused(Invalid):
    """This needs 1 to %(longest)s characters."""

    code: ClassVar[str] = "channel.text_refused"


class CodeRefused(Invalid):
    """A code has 1 to 40 characters and no blanks."""

    code: ClassVar[str] = "channel.code_refused"


class NumberRefused(Invalid):
    """This must be a whole number from %(least)s to %(most)s."""

    code: ClassVar[str] = "channel.number_refused"


class ChoiceRefused(Invalid):
    """Choose one of the given."""

    code: ClassVar[str] = "channel.choice_refused"


class PhoneRefused(Invalid):
    """This is not a telephone number."""

    code: ClassVar[str] = "channel.phone_refused"


def text(value: str, longest: int, *, field: str = "name") -> str:
    """
    Return text with its blanks put right and without control characters.

    :raises TextRefused: nothing, or too long
    """
    tidy = " ".join(_CONTROL.sub("", value).split())
    if not 1 <= len(tidy) <= longest:
        raise TextRefused(field=field, longest=longest)
    return tidy


def code(value: str, *, field: str = "code") -> str:
    """
    Return a code as it is kept.

    :raises CodeRefused: blanks inside, nothing, or too long
    """
    tidy = value.strip()
    if _CODE.fullmatch(tidy) is None:
        raise CodeRefused(field=field)
    return tidy


def number(value: int, least: int, most: int, *, field: str) -> int:
    """
    Return a number within its bounds.

    :raises NumberRefused: out of bounds
    """
    if not least <= value <= most:
        raise NumberRefused(field=field, least=least, most=most)
    return value


def choice(value: str, allowed: Iterable[str], *, field: str) -> str:
    """
    Return one of the allowed values.

    :raises ChoiceRefused: it is none of them
    """
    if value not in allowed:
        raise ChoiceRefused(field=field)
    return value


def phone(value: str, *, field: str = "phone") -> str:
    """
    Return a number as it is kept; nothing stays nothing.

    :raises PhoneRefused: it cannot be one
    """
    if not value.strip():
        return ""
    try:
        return phones.normal_phone(value)
    except ValueError:
        raise PhoneRefused(field=field) from None


def tags(values: Iterable[str]) -> list[str]:
    """
    Return tags in order, each once.

    :raises TextRefused: one is empty or longer than 20 characters
    """
    return sorted({text(value, 20, field="tag") for value in values})
