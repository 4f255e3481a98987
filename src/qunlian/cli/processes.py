"""Facts of the operating system about processes: who lives, and who dies with whom."""

import ctypes
import signal
import sys
import threading
from collections.abc import Callable

import psutil


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """
    Return what a child must call to get signal ``number`` when its parent dies (Linux).

    The kernel means the parent *thread*, so only a child of the main thread may ask for it.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(1, int(number))  # PR_SET_PDEATHSIG

    return ask


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
