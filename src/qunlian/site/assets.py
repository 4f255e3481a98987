"""Where the built page assets are: the names Vite gave them, each with the hash of its content."""

import json
from functools import cache
from pathlib import Path

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


def _entry(name: str) -> dict[str, object]:
    """Return what was built under a name; before any build its plain name, so that pages still answer."""
    try:
        return _names((FOLDER / "names.json").stat().st_mtime)[name]
    except FileNotFoundError:
        return {"file": name}
    except KeyError:
        raise AssetMissing(name) from None


def asset_url(name: str) -> str:
    """Return the URL of a built file by its plain name, e.g. ``console.js``.

    :raises AssetMissing: it was not built
    """
    return static(f"qunlian/{_entry(name)['file']}")


def asset_imports(name: str) -> tuple[str, ...]:
    """Return the URLs of the chunks a script imports, to be preloaded with it."""
    imports = _entry(name).get("imports", [])
    return tuple(static(f"qunlian/{path}") for path in imports) if isinstance(imports, list) else ()


def is_built(name: str) -> bool:
    """Tell whether a file of that plain name was built."""
    try:
        _entry(name)
    except AssetMissing:
        return False
    return True
