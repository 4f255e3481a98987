"""What the probes walk."""

from typing import TYPE_CHECKING

import pytest

from tests.cast_words import Cast

if TYPE_CHECKING:
    from tests.probes.world import World


@pytest.fixture
def world(cast: Cast) -> "World":
    from tests.probes.world import laid_down

    return laid_down(cast)
