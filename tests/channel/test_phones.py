"""Telephone numbers as people write them, kept one way and shown masked."""

import pytest

from qunlian.channel.rules.phones import masked_phone, normal_phone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800000001", "+8613800000001"),
        ("138-0000-0001", "+8613800000001"),
        ("１３８ ００００ ０００１", "+8613800000001"),
        ("+86 138 0000 0001", "+8613800000001"),
        ("0571-88880001", "+8657188880001"),
        ("+1 515 555 0100", "+15155550100"),
    ],
)
def test_numbers_are_kept_one_way(typed: str, kept: str) -> None:
    assert normal_phone(typed) == kept


@pytest.mark.parametrize("typed", ["", "12", "abc", "1380000000000000000"])
def test_others_are_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        normal_phone(typed)


def test_the_middle_is_hidden() -> None:
    assert masked_phone("+8613800000001") == "138****0001"
    assert masked_phone("+8657188880001") == "571****0001"
    assert masked_phone("") == ""
    assert masked_phone("+861234") == "****"
