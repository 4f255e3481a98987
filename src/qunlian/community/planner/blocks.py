"""Work on millions of stores, block by block, on all processors.

Blocks are as long whatever the machine has, so that sums over them, added up in order, are the same on any.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

BLOCK = 200_000


def blocks(count: int, each: int = BLOCK) -> list[tuple[int, int]]:
    """Return where each block of so many begins and ends; at least one."""
    return [(first, min(first + each, count)) for first in range(0, max(count, 1), each)]


def side_by_side(
    threads: Executor, count: int, work: Callable[..., Any], *what: Any, each: int = BLOCK
) -> list[Any]:
    """Do work, told what it is done on and then a block, on all blocks; return what it returns of each."""
    begun = [threads.submit(work, *what, block) for block in blocks(count, each)]
    return [one.result() for one in begun]
