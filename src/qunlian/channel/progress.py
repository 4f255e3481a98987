"""
How far an import is, told to others while its one transaction is still open.

A thread of its own writes phase, rows and heartbeat in small transactions, twice a second, and hears
there that somebody wants to cancel; it then also interrupts the statement that is running.
"""

import logging
import threading
from typing import Self

from django.db import DatabaseError, connections
from django.db.models.functions import Now

from qunlian.channel.models import ImportRun
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict

logger = logging.getLogger(__name__)
BEAT_SECONDS = 0.5


class ImportCancelled(Conflict):
    """The import was cancelled; nothing of it was loaded."""

    code = "channel.import_cancelled"


class NoProgress:
    """Tells nobody."""

    def at(self, phase: str, done: int = 0) -> None:
        """Go on."""

    def end(self) -> None:
        """Have nothing to stop."""


class RunProgress:
    """``with RunProgress(actor, run_id) as progress: …`` around the transaction of an import."""

    def __init__(self, actor: Actor, run_id: int) -> None:
        self._actor, self._run_id = actor, run_id
        self._phase, self._done = "reading", 0
        self._ended = threading.Event()
        self._is_cancelled = False
        self._working = connections["default"]
        self._thread = threading.Thread(target=self._beat, name=f"import-{run_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stop()
        if self._is_cancelled and kind is not None and issubclass(kind, DatabaseError):
            raise ImportCancelled(id=self._run_id)

    def at(self, phase: str, done: int = 0) -> None:
        """
        Note the phase and the rows done.

        :raises ImportCancelled: somebody asked for it
        """
        self._phase, self._done = phase, done
        if self._is_cancelled:
            raise ImportCancelled(id=self._run_id)

    def end(self) -> None:
        """
        Stop telling, so that the import's own transaction can write its end.

        :raises ImportCancelled: somebody asked for it until now
        """
        self._stop()
        self.at(self._phase, self._done)

    def _stop(self) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._ended.is_set():
                self._tell()
                self._ended.wait(BEAT_SECONDS)
        except DatabaseError:
            logger.warning("import_progress_lost_database", extra={"import_id": self._run_id})
        finally:
            connections.close_all()

    def _tell(self) -> None:
        with scope.writing(self._actor):
            run = ImportRun.objects.filter(pk=self._run_id)
            run.update(phase=self._phase, rows_done=self._done, changed_at=Now())
            asked = run.values_list("is_cancel_asked", flat=True).first()
        if asked and not self._is_cancelled:
            self._is_cancelled = True
            raw = self._working.connection
            if raw is not None:
                raw.cancel_safe(timeout=5)
