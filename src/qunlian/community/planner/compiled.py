"""How the planner's inner loops become machine code.

A function marked ``@compiled`` is plain Python over arrays; numba translates it when it is first called
and keeps the translation beside the source, so only the first plan after an installation waits for it.
It holds no lock while it runs: threads may plan different patches side by side.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Translate a function over arrays into machine code that lets other threads run."""
    return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
