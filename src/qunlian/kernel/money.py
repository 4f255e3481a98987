"""Money is an integer number of fen (分); 100 fen are one yuan. No floats anywhere."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

FEN_PER_YUAN = 100


def fen_from_yuan(text: str) -> int:
    """
    Read an amount a person wrote in yuan, e.g. ``"1,234.5"`` → 123450.

    :raises ValueError: not a number
    """
    cleaned = text.strip().replace(",", "").replace("，", "").lstrip("¥￥").strip()
    try:
        amount = Decimal(cleaned)
    except InvalidOperation:
        raise ValueError(text) from None
    if not amount.is_finite():
        raise ValueError(text)
    return int((amount * FEN_PER_YUAN).to_integral_value(ROUND_HALF_UP))


def yuan(fen: int) -> str:
    """Write fen as yuan with two decimals and thousands separators, e.g. ``"1,234.50"``."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{whole:,}.{rest:02d}"
