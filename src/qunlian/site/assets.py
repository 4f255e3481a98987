"""Where the built page assets are: the names Vite gave them, each with the hash of its content."""

import json
from functools import cache, lru_cache
from pathlib import Path
from time import monotonic

from django.templatetags.static import static

FOLDER = Path(__file__).resolve().parent / "static" / "qunlian"


class AssetMissing(LookupError):
    """No such asset was built; `npm run build` makes them."""


@cache
def _names(stamp: float) -> dict[str, dict[str, object]]:
    """Read names.json; ``stamp`` is its time of change, so a new build is seen without a restart."""
    del stamp
    names: dict[str, dict[str, object]] = json.loads((FOLDER / "names.json").read_text("utf-8"))
    return names


@lru_cache(maxsize=1)
def _written(folder: Path, second: int) -> float | None:
    """Return when names.json was written, looked at once a second; None before any build."""
    del second
    try:
        return (folder / "names.json").stat().st_mtime
    except FileNotFoundError:
        return None


def _stamp() -> float | None:
    return _written(FOLDER, int(monotonic()))


def _entry(name: str, stamp: float | None) -> dict[str, object]:
    """Return what was built under a name; before any build its plain name, so that pages still answer."""
    try:
        return {"file": name} if stamp is None else _names(stamp)[name]
    except KeyError:
        raise AssetMissing(name) from None


def asset_url(name: str) -> str:
    """Return the URL of a built file by its plain name, e.g. ``console.js``.

    :raises AssetMissing: it was not built
    """
    return _url(name, _stamp())


@cache
def _url(name: str, stamp: float | None) -> str:
    return static(f"qunlian/{_entry(name, stamp)['file']}")


def asset_imports(name: str) -> tuple[str, ...]:
    """Return the URLs of the chunks a script imports, to be preloaded with it."""
    imports = _entry(name, _stamp()).get("imports", [])
    return tuple(static(f"qunlian/{path}") for path in imports) if isinstance(imports, list) else ()


def is_built(name: str) -> bool:
    """Tell whether a file of that plain name was built."""
    try:
        _entry(name, _stamp())
    except AssetMissing:
        return False
    return True
