"""
Read cells as people write them, a whole column at a time.

Full-width digits, spaces in phone numbers, ¥ and 万, dates in any order and as Excel's day numbers, codes
that Excel turned into decimals, apostrophes that guard against formulas.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import MappingProxyType

import polars as pl

from qunlian.channel.rosters import problems
from qunlian.channel.rosters.fields import Field, Shape
from qunlian.channel.rules import phones

_INVISIBLE = r"[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
_GUARD = r"^'([=+\-@|＝＋－＠｜'\t])"
_UNTIDY = _INVISIBLE[:-1] + r"\t\n\r\x0b\x0c\u00a0\u2000-\u200a\u3000]|^[ ']|  | $"
_BLANK = (
    *(
        "",
        "-",
        "--",
        "---",
        "—",
        "——",
        "–",
        "/",
        "\\",
        "//",
        "#N/A",
        "#REF!",
        "#VALUE!",
        "N/A",
        "n/a",
    ),
    *("null", "NULL", "Null", "None", "none", "NaN", "nan", "\\N"),
)
_MONEY = r"^([-+]?)\(?[¥$]?([-+]?)(\d{1,12})(?:\.(\d*))?\)?(亿|百万|万|千|百)?(?:元|rmb|cny)?$"
_SCIENTIFIC = r"^[-+]?\d+(?:\.\d+)?[eE][-+]?\d+$"
_UNITS = {"亿": 10**8, "百万": 10**6, "万": 10**4, "千": 10**3, "百": 10**2}
_DIGITS = 8
_EXCEL_DAY_0 = pl.date(1899, 12, 30)
_YEAR_FIRST = r"^(\d{4}|\d{2})[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?[日号月]?(?:[T ].*)?$"
_COMPACT = r"^(\d{4})(\d{2})(\d{2})?(?:[T ].*)?$"
_YEAR_LAST = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ].*)?$"
_EXCEL_DAY = r"^([2-7]\d{4})(?:\.\d+)?$"
_CHINESE_MOBILE = r"^(?:\+?86|0086)?(1[3-9]\d{9})$"
_POINT = r"^(?i:point)?\s*\(?\s*([-+]?\d+(?:\.\d+)?)[\s,;]+([-+]?\d+(?:\.\d+)?)\s*\)?$"
_MONTHS = 12

Read = tuple[pl.DataFrame, list[pl.DataFrame]]


def read(rows: pl.DataFrame, fields: Iterable[Field]) -> Read:
    """
    Read all mapped columns.

    :param rows: ``line`` and one text column per field, named after it
    :returns: the same with values in place of texts (null: empty or bad), and the problems
    """
    fields = tuple(fields)
    found: list[pl.DataFrame] = []
    columns = [rows["line"]]
    with ThreadPoolExecutor() as side_by_side:
        for values, trouble in side_by_side.map(partial(_column, rows), fields):
            columns += values
            found += trouble
    return pl.DataFrame(columns), found


def _column(rows: pl.DataFrame, field: Field) -> tuple[list[pl.Series], list[pl.DataFrame]]:
    """Read one column; several are read at once, for most of it is done without the interpreter."""
    raw = pl.DataFrame([rows["line"], _tidy(rows[field.name], field)])
    values, found = _READERS[field.shape](raw, field)
    if field.is_required:
        is_empty = pl.col(field.name).is_null()
        found = [*found, problems.found(raw, is_empty, field.name, "missing")]
    return values, found


def _tidy(cells: pl.Series, field: Field) -> pl.Series:
    """
    Trim, drop what cannot be seen, and make half-width what is compared or counted.

    Most columns need nothing of it, so each is asked first: a look costs a tenth of a replacement.
    """
    if field.shape is not Shape.TEXT and (cells.str.len_bytes() != cells.str.len_chars()).any():
        cells = cells.str.normalize("NFKC")
    if cells.str.contains(_UNTIDY).any():
        cells = cells.str.replace_all(_INVISIBLE, "").str.replace_all(r"\s+", " ")
        cells = cells.str.strip_chars(" ").str.replace(_GUARD, "${1}")
    is_blank = cells.is_in(_BLANK)
    return cells.set(is_blank, None) if is_blank.any() else cells


def _text(raw: pl.DataFrame, field: Field) -> tuple[list[pl.Series], list[pl.DataFrame]]:
    cell = pl.col(field.name)
    is_long = cell.str.len_chars() > field.longest
    trouble = problems.found(raw, is_long, field.name, "too_long", value=cell)
    kept = raw.select(pl.when(is_long).then(None).otherwise(cell).alias(field.name))
    return [kept[field.name]], [trouble]


def code_form(cell: pl.Expr) -> pl.Expr:
    """Return a code's one form: upper case, no spaces, as written before Excel touched it."""
    text = cell.str.replace(r'^="(.*)"$', "${1}").str.strip_prefix("'")
    return text.str.replace(r"^(\d+)\.0+$", "${1}").str.replace_all(" ", "").str.to_uppercase()


def _code(raw: pl.DataFrame, field: Field) -> tuple[list[pl.Series], list[pl.DataFrame]]:
    coded = raw.with_columns(code_form(pl.col(field.name)).alias(field.name))
    return _text(coded, field)


def _bad(raw: pl.DataFrame, field: Field, values: pl.Series, code: str) -> list[pl.DataFrame]:
    """Return a problem where something stood in the cell but could not be read."""
    is_bad = values.is_null() & raw[field.name].is_not_null()
    return [problems.found(raw, is_bad, field.name, code, value=pl.col(field.name))]


def _integer(raw: pl.DataFrame, field: Field) -> tuple[list[pl.Series], list[pl.DataFrame]]:
    cell = pl.col(field.name).str.replace_all(r"[,，]", "").str.replace(r"\.0+$", "")
    read_ = raw.select(cell.str.strip_suffix("%").cast(pl.Int64, strict=False))[field.name]
    fits = read_.is_between(field.least, field.longest)
    kept = pl.select(pl.when(fits).then(read_).alias(field.name))[field.name]
    beyond = read_.is_not_null() & ~fits.fill_null(value=True)
    return [kept], [
        *_bad(raw, field, read_, "not_a_number"),
        problems.found(raw, beyond, field.name, "out_of_range", value=pl.col(field.name)),
    ]


def _number(raw: pl.DataFrame, field: Field) -> tuple[list[pl.Series], list[pl.DataFrame]]:
    cell = pl.col(field.name).str.strip_chars("°EeNn ").cast(pl.Float64, strict=False)
    kept = raw.select(pl.when(cell.is_finite()).then(cell).alias(field.name))[field.name]
    return [kept], _bad(raw, field, kept, "not_a_number")


def _money(raw: pl.DataFrame, field: Field) -> tuple[list[pl.Series], list[pl.DataFrame]]:
    """Read yuan as integer fen, in whole numbers throughout."""
    text = pl.col(field.name).str.to_lowercase().str.replace_all(r"[,，\s]", "")
    parts = text.str.extract_groups(_MONEY)
    plain = raw.select(text.alias("text"), parts.alias("p")).unnest("p")
    names = [f"{n}" for n in range(1, 6)]
    sign, sign2, whole, rest, unit = (pl.col(name) for name in names)
    times = unit.replace_strict(_UNITS, default=1, return_dtype=pl.Int64)
    digits = rest.fill_null("").str.slice(0, _DIGITS).str.pad_end(_DIGITS, "0").cast(pl.Int64)
    half = 10**_DIGITS // 2
    fen = whole.cast(pl.Int64) * 100 * times + (digits * times * 100 + half) // 10**_DIGITS
    is_less = (sign == "-") | (sign2 == "-") | pl.col("text").str.starts_with("(")
    fits = pl.col("3").is_not_null() & ((whole.str.len_chars() + times.log10()) <= 14)  # noqa: PLR2004
    exact = pl.when(fits).then(pl.when(is_less).then(-fen).otherwise(fen))
    scientific = pl.when(pl.col("text").str.contains(_SCIENTIFIC)).then(
        (pl.col("text").cast(pl.Float64, strict=False) * 100).round().cast(pl.Int64, strict=False)
    )
    values = plain.select(exact.fill_null(scientific).alias(field.name))[field.name]
    return [values], _bad(raw, field, values, "not_money")


def _date(raw: pl.DataFrame, field: Field) -> tuple[list[pl.Series], list[pl.DataFrame]]:
    cell = pl.col(field.name)
    first, compact, last = (
        cell.str.extract_groups(form) for form in (_YEAR_FIRST, _COMPACT, _YEAR_LAST)
    )

    def part(groups: pl.Expr, number: int) -> pl.Expr:
        return groups.struct.field(str(number)).cast(pl.Int32, strict=False)

    years = part(first, 1)
    a, b = part(last, 1), part(last, 2)
    year = pl.coalesce(
        pl.when(years < 100).then(years + 2000).otherwise(years),  # noqa: PLR2004
        part(compact, 1),
        part(last, 3),
    )
    month = pl.coalesce(part(first, 2), part(compact, 2), pl.when(a > _MONTHS).then(b).otherwise(a))
    day = pl.coalesce(
        part(first, 3), part(compact, 3), pl.when(a > _MONTHS).then(a).otherwise(b), pl.lit(1)
    )
    written = pl.format(
        "{}-{}-{}", year, month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2)
    ).str.to_date("%Y-%m-%d", strict=False)
    serial = cell.str.extract(_EXCEL_DAY).cast(pl.Int64, strict=False)
    counted = _EXCEL_DAY_0 + pl.duration(days=serial)
    values = raw.select(
        pl.coalesce(pl.when(serial.is_not_null()).then(counted), written).alias("d")
    )
    fits = pl.col("d").dt.year().is_between(1980, 2100)
    kept = values.select(pl.when(fits).then(pl.col("d")).alias(field.name))[field.name]
    return [kept], _bad(raw, field, kept, "not_a_date")


def _phone(raw: pl.DataFrame, field: Field) -> tuple[list[pl.Series], list[pl.DataFrame]]:
    """Read Chinese mobiles by their pattern, and the distinct rest one by one through the library."""
    bare = pl.col(field.name).str.replace_all(r"[\s\-–—_.·()]+", "").str.replace(r"\.0+$", "")
    mobile = bare.str.extract(_CHINESE_MOBILE)
    quick = raw.select(
        pl.col(field.name),
        pl.when(mobile.is_not_null()).then(pl.format("+86{}", mobile)).alias("e164"),
    )
    left = quick.filter(pl.col("e164").is_null() & pl.col(field.name).is_not_null())
    slow = {text: _one_phone(text) for text in left[field.name].unique()}
    looked_up = pl.col(field.name).replace_strict(slow, default=None, return_dtype=pl.String)
    values = quick.select(pl.col("e164").fill_null(looked_up).alias(field.name))[field.name]
    return [values], _bad(raw, field, values, "not_a_phone")


def _one_phone(text: str) -> str | None:
    try:
        several = phones.all_in(text)
    except phones.PhoneMalformed:
        return None
    return several[0].e164 if several else None


def _choice(raw: pl.DataFrame, field: Field) -> tuple[list[pl.Series], list[pl.DataFrame]]:
    word = pl.col(field.name).str.to_lowercase()
    kept = word.replace_strict(dict(field.choices), default=None, return_dtype=pl.String)
    values = raw.select(kept)[field.name]
    return [values], _bad(raw, field, values, "not_a_choice")


def _point(raw: pl.DataFrame, field: Field) -> tuple[list[pl.Series], list[pl.DataFrame]]:
    """Read longitude and latitude from one cell, longitude first, into ``point_lng`` and ``point_lat``."""
    pair = pl.col(field.name).str.extract_groups(_POINT)
    both = raw.select(
        pair.struct.field("1").cast(pl.Float64, strict=False).alias(f"{field.name}_lng"),
        pair.struct.field("2").cast(pl.Float64, strict=False).alias(f"{field.name}_lat"),
    )
    return both.get_columns(), _bad(raw, field, both.to_series(0), "no_coordinates")


_READERS: Mapping[
    Shape, Callable[[pl.DataFrame, Field], tuple[list[pl.Series], list[pl.DataFrame]]]
] = MappingProxyType(
    {
        Shape.TEXT: _text,
        Shape.NAMED: _text,
        Shape.CODE: _code,
        Shape.PHONE: _phone,
        Shape.MONEY: _money,
        Shape.INTEGER: _integer,
        Shape.NUMBER: _number,
        Shape.DATE: _date,
        Shape.CHOICE: _choice,
        Shape.POINT: _point,
    }
)
