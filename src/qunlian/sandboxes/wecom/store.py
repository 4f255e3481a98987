"""The world as one JSON file, written whole or not at all."""

import os
from pathlib import Path

from pydantic import TypeAdapter

from qunlian.sandboxes.wecom.state import World

_WORLD = TypeAdapter(World)


def load(path: Path) -> World | None:
    """Read a world, if there is one."""
    return _WORLD.validate_json(path.read_bytes()) if path.exists() else None


def save(world: World, path: Path) -> None:
    """Write a world beside the old one and put it in its place."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(_WORLD.dump_json(world))
    os.replace(fresh, path)  # noqa: PTH105
