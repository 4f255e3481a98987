"""The committed description of the API is the real one: `make openapi` writes it anew."""

import ast
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


def test_every_list_is_answered_as_a_list() -> None:
    """Of a tuple of two rows the framework makes a status and an answer; mypy holds to what is said here."""
    found = 0
    for module in COMMITTED.parent.glob("*.py"):
        for function in ast.walk(ast.parse(module.read_text())):
            if not isinstance(function, ast.FunctionDef):
                continue
            for decorator in function.decorator_list:
                if "response=list[" in ast.unparse(decorator):
                    found += 1
                    assert ast.unparse(function.returns or function).startswith("list["), (
                        function.name
                    )
    assert found > 5
