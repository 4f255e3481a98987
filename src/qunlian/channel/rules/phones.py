"""Telephone numbers: one way to keep them, one way to mask them."""

import unicodedata

import phonenumbers

HOME_REGION = "CN"


def normal_phone(text: str) -> str:
    """
    Return a number as ``+8613800000001``; blanks, dashes and full-width digits are accepted.

    :raises ValueError: this cannot be a telephone number
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        number = phonenumbers.parse(plain, HOME_REGION)
    except phonenumbers.NumberParseException:
        raise ValueError(text) from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def local_phone(phone: str) -> str:
    """Write a kept number the way people at home do: without +86."""
    return phone.removeprefix("+86")


def masked_phone(phone: str) -> str:
    """Write a kept number with its middle hidden: ``138****0001``; empty stays empty."""
    plain = local_phone(phone)
    if len(plain) <= 4:  # noqa: PLR2004  (nothing would be left to hide)
        return "*" * len(plain)
    head = max(0, min(3, len(plain) - 8))
    return f"{plain[:head]}{'*' * (len(plain) - head - 4)}{plain[-4:]}"
