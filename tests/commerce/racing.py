"""Make two or more callers meet at one line, for certain."""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

#: How long a caller waits for the others at the seam; when a guard holds them back he goes on alone.
PATIENCE_SECONDS = 0.7


def race(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls at the same time, each on its own connection; return results or exceptions."""
    outcomes: list[Any] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            outcomes[index] = call()
        except Exception as trouble:  # noqa: BLE001  (whatever happened is the outcome)
            outcomes[index] = trouble
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index, call)) for index, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def meet_before(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, *, parties: int = 2
) -> None:
    """Let all parties arrive before ``place.name`` runs: everybody has checked, nobody has acted."""
    monkeypatch.setattr(place, name, _waiting(threading.Barrier(parties), getattr(place, name)))


def meet_at(monkeypatch: pytest.MonkeyPatch, *seams: tuple[Any, str]) -> None:
    """Let one caller arrive at each of these functions before any of them runs."""
    barrier = threading.Barrier(len(seams))
    for place, name in seams:
        monkeypatch.setattr(place, name, _waiting(barrier, getattr(place, name)))


def _waiting(barrier: threading.Barrier, original: Callable[..., Any]) -> Callable[..., Any]:
    def waiting(*args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(PATIENCE_SECONDS)
        return original(*args, **kwargs)

    return waiting


def refusals(outcomes: list[Any]) -> list[str]:
    """Return the names of the exceptions among the outcomes."""
    return sorted(type(each).__name__ for each in outcomes if isinstance(each, Exception))
