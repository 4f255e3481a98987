"""A group to work with: the stores A1 and A3 of patch A, Rong its steward, Oyang in it."""

import pytest

from tests.cast_words import Cast
from tests.community.words import East


@pytest.fixture
def two_groups(cast: Cast) -> East:
    from tests.community import make

    ids = cast.ids
    east = make.group(
        ids["brand"],
        "东片一群",
        territory_id=ids["PA"],
        store_ids=(ids["A1"], ids["A3"]),
        steward_staff_id=ids["R1"],
    )
    west = make.group(ids["brand"], "西片一群", territory_id=ids["PB"], store_ids=(ids["B1"],))
    make.member(cast.hua, east, role="owner")
    make.member(cast.rong, east, role="steward")
    make.member(cast.oyang, east, store_id=ids["A1"])
    return East(east, west)
