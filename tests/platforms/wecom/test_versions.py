"""Whether a reading is older than what was heard, whatever order things come in."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from qunlian.platforms.wecom.versions import Change, is_older
from tests.cast_words import NOON


def _chain(length: int, *, each_second: bool) -> list[Change]:
    step = 1 if each_second else 0
    return [Change(f"v{n}", f"v{n + 1}", NOON + timedelta(seconds=n * step)) for n in range(length)]


@given(
    length=st.integers(1, 8),
    each_second=st.booleans(),
    data=st.data(),
)
def test_only_the_last_version_heard_of_or_an_unheard_one_is_new(
    length: int, each_second: bool, data
) -> None:
    chain = _chain(length, each_second=each_second)
    heard = data.draw(st.permutations(chain))
    for number in range(length):
        assert is_older(f"v{number}", heard)
    assert not is_older(f"v{length}", heard)
    assert not is_older("unheard", heard)


@given(data=st.data())
def test_lost_events_never_keep_the_newest_from_being_taken(data) -> None:
    chain = _chain(8, each_second=True)
    heard = data.draw(st.lists(st.sampled_from(chain), unique=True))
    assert not is_older("v8", heard)


def test_a_version_that_comes_back_is_told_from_its_first_time() -> None:
    there, back, again = (NOON + timedelta(seconds=n) for n in range(3))
    heard = [Change("a", "b", there), Change("b", "a", back)]
    assert not is_older("a", heard)
    assert is_older("b", heard)
    assert is_older("a", [*heard, Change("a", "c", again)])


def test_without_versions_nothing_is_older() -> None:
    assert not is_older("", [Change("a", "b", NOON)])
    assert not is_older("a", [])
    assert not is_older("a", [Change("", "", NOON)])
