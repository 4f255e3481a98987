"""What people type into cells, made comparable: full width, invisible signs, Excel's artefacts."""

import re

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_INVISIBLE = dict.fromkeys(
    [0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, *range(0x20), 0x7F],
    None,
)
#: Tabs and line breaks inside a cell separate words; everything invisible else is dropped.
_TABLE = {**_INVISIBLE, **_HALF_WIDTH, 0x00A0: " ", 0x09: " ", 0x0A: " ", 0x0D: " "}
_SPACES = re.compile(r" {2,}")
_WHOLE_FLOAT = re.compile(r"\d+\.0+")
_EXCEL_TEXT = re.compile(r'="([^"]*)"')


def half_width(text: str) -> str:
    """Turn full-width letters, digits and signs into half-width ones: ``"Ａ１２　"`` → ``"A12 "``."""
    return text.translate(_HALF_WIDTH)


def clean(text: str) -> str:
    """Trim a cell, make it half-width, drop what cannot be seen, and keep one space between words.

    Chinese punctuation of full width becomes half-width too: ``"（东）"`` → ``"(东)"``.
    """
    return _SPACES.sub(" ", text.translate(_TABLE)).strip()


def code(text: str) -> str:
    """Give a code its one form: half-width, upper case, no spaces, as written before Excel touched it.

    ``" ａ-01 "`` → ``"A-01"``, ``"10003.0"`` → ``"10003"``, ``'="007"'`` and ``"'007"`` → ``"007"``.
    """
    cleaned = clean(text)
    forced = _EXCEL_TEXT.fullmatch(cleaned)
    cleaned = forced.group(1) if forced else cleaned.lstrip("'")
    if _WHOLE_FLOAT.fullmatch(cleaned):
        cleaned = cleaned.partition(".")[0]
    return cleaned.replace(" ", "").upper()
