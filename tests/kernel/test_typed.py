"""Numbers as people and programs type them into addresses and forms."""

import pytest

from qunlian.kernel.typed import decimal, digits, whole, wholes


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), (" 007 ", 7), (7, 7), ("9" * 18, int("9" * 18))],
)
def test_a_whole_number_is_read(text: object, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", ["", None, "²", "７", "-7", "7.0", "7 8", "9" * 19, True, "x"])
def test_anything_else_is_nothing(text: object) -> None:
    assert whole(text) is None


def test_a_key_is_read_whole_or_not_at_all() -> None:
    assert wholes("3", "0") == (3, 0)
    assert wholes("3", "") is None


def test_a_decimal_is_finite() -> None:
    assert [decimal(text) for text in ("-1.5", "1e3", 2)] == [-1.5, 1000.0, 2.0]
    assert [decimal(text) for text in ("nan", "inf", "1e999", "", None, "x")] == [None] * 6


def test_a_code_of_figures() -> None:
    assert [digits(text) for text in (" 330102 ", "33²", None)] == ["330102", "", ""]
