"""The divisions of China that come with Qunlian, read from where the build put them."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from qunlian.channel.rules.divisions import Divisions

_FOLDER = Path(__file__).parent.parent / "divisions"
_LEVELS = ("provinces", "cities", "areas", "streets")


def packaged_divisions(*, within: Collection[str] = ()) -> Divisions:
    """
    Read the packaged divisions, province to street; a second for all of China.

    :param within: codes of provinces; only these and what lies in them
    :raises FileNotFoundError: the assets were not built (``make setup`` does it)
    """
    return Divisions.of(*(_rows(level, within) for level in _LEVELS))


def _rows(level: str, within: Collection[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((_FOLDER / f"{level}.json").read_bytes())
    return [row for row in found if not within or row["code"][:2] in within]
