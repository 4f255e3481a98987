"""How the planner's inner loops become machine code.

A function marked ``@compiled`` or ``@part`` is plain Python over arrays; numba translates it when it is first
called. Only ``@compiled`` functions can be called from Python; they keep their translation for the next
process. Setting up an installation translates everything once (``python -m qunlian.community.planner``), so
that no plan waits for it. What is kept is named after the sources that a function is made of, its own file
and those it imports from this folder: numba itself would not notice that a function calls another one which
has changed.
Machine code holds no lock while it runs: threads may plan different patches side by side.

By itself numba optimises and assembles every function with all that it calls, and then again within
each of its callers, up to the outermost: more than half the time of a translation. A ``@part`` is
optimised and assembled once, as part of the ``@compiled`` function that calls it.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

F = TypeVar("F", bound=Callable[..., Any])

_HERE = Path(__file__).parent
_IMPORTED = re.compile(r"^from qunlian\.community\.planner\.(\w+) import", re.MULTILINE)

_HOW: Any = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}


def compiled(function: F) -> F:
    """Translate a function over arrays into machine code that lets other threads run."""
    # numba asks where to keep a translation when it is told of the function, not later
    cast("Any", numba.config).CACHE_DIR = str(_kept_in(function.__module__.rpartition(".")[2]))
    return cast("F", numba.njit(cache=True, **_HOW)(function))


def part(function: F) -> F:
    """Translate a function into what ``compiled`` functions take up; Python cannot call it."""
    how = {**_HOW, "_nrt": True, "no_cpython_wrapper": True, "pipeline_class": _PartCompiler}
    return cast("F", numba.njit(**how)(function))


def bare(function: F) -> F:
    """Translate a ``part`` that neither makes arrays nor gets any back from what it calls.

    It counts no references: whoever calls it holds the arrays until it is done.
    """
    how = {**_HOW, "_nrt": False, "no_cpython_wrapper": True, "pipeline_class": _PartCompiler}
    return cast("F", numba.njit(**how)(function))


class _NoEngine:
    """Stands for what holds machine code: a part has none that Python objects could be given to."""

    @staticmethod
    def set_env(name: str, environment: object) -> None:
        """Give nobody the Python objects that a function refers to."""


class _Part(JITCodeLibrary):
    """The code of a part and of what it calls, linked and no more."""

    codegen = _NoEngine

    def finalize(self) -> None:
        """Put all code together, for a caller to take up."""
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)  # noqa: SLF001
            code = library._get_module_for_linking()  # noqa: SLF001
            self._final_module.link_in(code, preserve=True)
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002
        """Return that there is no machine code."""
        self._ensure_finalized()  # type: ignore[no-untyped-call]
        return 0


class _PartCompiler(Compiler):
    """Compiles into a ``_Part``."""

    def __init__(self, typing: Any, target: Any, library: Any, *rest: Any) -> None:
        library = library or _Part(target.codegen(), "part")  # type: ignore[no-untyped-call]
        super().__init__(typing, target, library, *rest)  # type: ignore[no-untyped-call]


def sources(module: str) -> dict[str, str]:
    """Return the texts that a module of this folder is made of: its own and those it imports, however far."""
    found: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = (_HERE / f"{name}.py").read_text(encoding="utf-8")
            waiting += _IMPORTED.findall(found[name])
    return found


def _kept_in(module: str) -> Path:
    """Return where translations of these very sources are kept: beside them, else with the user's files."""
    digest = hashlib.sha256()
    for _, text in sorted(sources(module).items()):
        digest.update(text.encode())
    name = f"compiled-{digest.hexdigest()[:16]}"
    beside = _HERE / "__pycache__"
    if os.access(beside if beside.exists() else _HERE, os.W_OK):
        return beside / name
    return Path(tempfile.gettempdir()) / f"qunlian-{os.getuid()}" / name
