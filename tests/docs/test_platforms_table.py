"""The truth table is what the adapters declare."""

from qunlian.platforms.port import Feature, Means
from qunlian.platforms.words import FEATURES, MEANS
from tools import platforms


def test_the_truth_table_is_up_to_date() -> None:
    assert platforms.TABLE.read_text(encoding="utf-8") == platforms.table()


def test_every_feature_and_means_has_words() -> None:
    assert set(FEATURES) == set(Feature)
    assert set(MEANS) == set(Means)
