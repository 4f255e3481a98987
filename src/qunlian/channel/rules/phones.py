"""Telephone numbers as people write them, brought to one form (E.164).

The pattern of Chinese mobile numbers is read from libphonenumber's own tables and tried first, because
nearly every number is one; everything else goes through libphonenumber.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers

from qunlian.channel.rules import codes

_SEPARATORS = re.compile(r"[\s\-–—_.·()]+")
_SEVERAL = re.compile(r"[/、,;|\n]|\s{2,}|或|和")
_HOME = "CN"
_LABEL = re.compile(r"^(?:手机|电话|联系电话|固话|tel|phone|mobile)[:\s]*", re.IGNORECASE)
_MOBILE_DIGITS = 11
_SHOWN_DIGITS = 4
_CHINA = 86
_LOCAL = re.compile(r"[2-8]\d{6,7}")


class PhoneMalformed(ValueError):
    """This is no telephone number that could be called."""


class PhoneKind(StrEnum):
    """What kind of line a number is; only mobiles have chat accounts and receive codes."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in its one form.

    :ivar e164: ``+8613800000000``; what is stored and compared
    """

    e164: str
    kind: PhoneKind

    @property
    def shown(self) -> str:
        """Return the number as people in its country write it."""
        if self.kind is PhoneKind.MOBILE and self.e164.startswith("+86"):
            digits = self.e164[3:]
            return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
        return _written(self.e164)

    @property
    def masked(self) -> str:
        """Return the number with its middle hidden: ``138****0000``."""
        return masked_phone(self.e164)


def normalise(text: str, *, city_code: str = "") -> Phone:
    """Read one number, Chinese unless it begins with another country's code.

    Takes full-width digits, spaces, dashes, brackets, ``+86``/``0086``/``86`` and a leading label.

    :param city_code: dialling code such as ``"0571"``, put before a landline number that lacks one
    :raises PhoneMalformed: no number that could be called
    """
    cleaned = _SEPARATORS.sub("", _LABEL.sub("", codes.code(text))).replace("转", "x")
    home = _without_country(cleaned)
    if len(home) == _MOBILE_DIGITS and _mobile().fullmatch(home):
        return Phone(f"+86{home}", PhoneKind.MOBILE)
    if city_code and _LOCAL.fullmatch(cleaned):
        cleaned = city_code + cleaned
    return _by_library(cleaned)


def all_in(text: str, *, city_code: str = "") -> tuple[Phone, ...]:
    """Read every number of a cell that holds several, e.g. ``"13800000000 / 0571-88880000"``.

    :raises PhoneMalformed: one of the parts is no number
    """
    parts = [part for part in _SEVERAL.split(codes.half_width(text)) if part.strip()]
    return tuple(dict.fromkeys(normalise(part, city_code=city_code) for part in parts))


def found_in(text: str) -> tuple[str, ...]:
    """Return the numbers that stand somewhere in a text, as they are kept: ``"老王138 0000 0000"``."""
    matcher = phonenumbers.PhoneNumberMatcher(codes.half_width(text), _HOME)
    found = (
        phonenumbers.format_number(one.number, phonenumbers.PhoneNumberFormat.E164)
        for one in matcher
    )
    return tuple(dict.fromkeys(found))


def normal_phone(text: str) -> str:
    """Return a number as it is kept, e.g. ``+8613800000001``; see normalise.

    :raises PhoneMalformed: this cannot be a telephone number
    """
    return normalise(text).e164


def local_phone(phone: str) -> str:
    """Write a kept number the way people at home do: without +86."""
    return phone.removeprefix("+86")


def masked_phone(phone: str) -> str:
    """Write a kept number with its middle hidden: ``138****0001``; empty stays empty."""
    plain = local_phone(phone)
    if len(plain) <= _SHOWN_DIGITS:  # nothing would be left to hide
        return "*" * len(plain)
    head = max(0, min(3, len(plain) - 8))
    return f"{plain[:head]}{'*' * (len(plain) - head - _SHOWN_DIGITS)}{plain[-_SHOWN_DIGITS:]}"


def is_mobile(phone: str) -> bool:
    """Tell whether a kept number is a Chinese mobile: one person's, not a shop's."""
    return phone.startswith(f"+{_CHINA}") and bool(_mobile().fullmatch(phone[3:]))


def _without_country(digits: str) -> str:
    for country in ("+86", "0086", "86"):
        if digits.startswith(country) and len(digits) == len(country) + _MOBILE_DIGITS:
            return digits[len(country) :]
    return digits


@lru_cache(maxsize=1)
def _mobile() -> re.Pattern[str]:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(_HOME)
    pattern = metadata.mobile.national_number_pattern if metadata and metadata.mobile else None
    return re.compile(pattern or r"1[3-9]\d{9}")


def _by_library(digits: str) -> Phone:
    try:
        number = phonenumbers.parse(digits, _HOME)
    except phonenumbers.NumberParseException as why:
        raise PhoneMalformed(digits) from why
    if not phonenumbers.is_valid_number(number):
        raise PhoneMalformed(digits)
    kinds = {
        phonenumbers.PhoneNumberType.MOBILE: PhoneKind.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: PhoneKind.OTHER,
    }
    number.extension = None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(written, kinds.get(phonenumbers.number_type(number), PhoneKind.OTHER))


def _written(e164: str) -> str:
    number = phonenumbers.parse(e164, None)
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if number.country_code == _CHINA
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, form)
