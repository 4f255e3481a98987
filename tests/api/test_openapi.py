"""The committed description of the API is the real one: `make openapi` writes it anew."""

import json
from pathlib import Path

from tests.architecture.checks import SLICES

COMMITTED = Path(__file__).parents[2] / "src/qunlian/api/openapi.json"


def test_the_committed_description_is_current() -> None:
    from qunlian.api.description import described

    assert json.loads(COMMITTED.read_text()) == json.loads(described()), "run `make openapi`"


def test_every_operation_is_named_after_its_query_or_action() -> None:
    import re

    paths = json.loads(COMMITTED.read_text())["paths"]
    names = [op["operationId"] for operations in paths.values() for op in operations.values()]
    assert len(names) == len(set(names))
    for name in names:
        assert re.fullmatch(rf"({'|'.join(SLICES)})_[a-z_]+", name), name
