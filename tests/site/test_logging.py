import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from qunlian.kernel import journal
from qunlian.site.logging import configure


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a process that is not on a terminal writes to stderr."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure({})
    yield stream
    root.handlers, root.level = before
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)


def test_each_line_says_which_request_it_belongs_to(output: io.StringIO) -> None:
    token = journal.request_id.set("abc-12345")
    logging.getLogger("qunlian.test").warning("group %s is full", 7, extra={"group_id": 7})
    structlog.get_logger("qunlian.test").info("plan_applied", groups=3)
    journal.request_id.reset(token)
    first, second = [json.loads(line) for line in output.getvalue().splitlines()]
    assert first["event"] == "group 7 is full"
    assert first["group_id"] == 7
    assert second["event"] == "plan_applied"
    assert {first["request_id"], second["request_id"]} == {"abc-12345"}


def test_personal_data_is_hidden_wherever_it_comes_from(output: io.StringIO) -> None:
    logger = logging.getLogger("qunlian.test")
    logger.warning("call 13812345678 or 8613912345678", extra={"phone": "13812345678"})
    try:
        raise ValueError("duplicate key\nDETAIL:  Key (phone)=(王小明) already exists.")  # noqa: TRY301
    except ValueError:
        logger.exception("failed")
    text = output.getvalue()
    assert "13812345678" not in text
    assert "13912345678" not in text
    assert "王小明" not in text
    assert "duplicate key" in text
