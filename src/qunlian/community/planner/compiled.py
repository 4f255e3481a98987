"""How the planner's inner loops become machine code.

A function marked ``@compiled`` is plain Python over arrays; numba translates it when it is first called and
keeps the translation for the next process. Setting up an installation translates everything once
(``python -m qunlian.community.planner``), so that no plan waits for it. What is kept is named after all
sources of this folder: numba itself would not notice that a function calls another one which has changed.
Machine code holds no lock while it runs: threads may plan different patches side by side.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

_HERE = Path(__file__).parent


def compiled(function: F) -> F:
    """Translate a function over arrays into machine code that lets other threads run."""
    return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def _kept_in() -> Path:
    """Return where translations of these very sources are kept: beside them, else with the user's files."""
    digest = hashlib.sha256()
    for source in sorted(_HERE.glob("*.py")):
        digest.update(source.read_bytes())
    name = f"compiled-{digest.hexdigest()[:16]}"
    beside = _HERE / "__pycache__"
    if os.access(beside if beside.exists() else _HERE, os.W_OK):
        return beside / name
    return Path(tempfile.gettempdir()) / f"qunlian-{os.getuid()}" / name


cast("Any", numba.config).CACHE_DIR = str(_kept_in())
