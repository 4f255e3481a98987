"""Files of posters: how far one is, and the file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from qunlian.community.models import PosterRun
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterFile:
    """One file that was asked for; ``state`` is waiting, drawing, ready or failed."""

    run_id: int
    size: str
    state: str
    total: int
    done: int
    asked_at: datetime

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more happens to it."""
        return self.state in ("ready", "failed")


def poster_files(actor: Actor) -> tuple[PosterFile, ...]:
    """Return the files that the actor asked for in the last days, the newest first."""
    with scope.reading(actor):
        rows = PosterRun.objects.filter(asked_by=actor.account_id or 0).order_by("-pk")
        fields = ("pk", "size", "state", "total", "done", "asked_at")
        found = list(rows.values(*fields)[:MOST_SHOWN])
    return tuple(PosterFile(run_id=row.pop("pk"), **row) for row in found)


def poster_pdf(actor: Actor, run_id: int) -> bytes:
    """
    Return a file that is ready.

    :raises NotFound: the actor asked for none such, or it is not ready
    """
    with scope.reading(actor):
        rows = PosterRun.objects.filter(pk=run_id, asked_by=actor.account_id or 0, state="ready")
        pdf = rows.values_list("pdf", flat=True).first()
    if pdf is None:
        raise NotFound(kind="posters", id=run_id)
    return bytes(pdf)


def poster_words(brand: str) -> dict[str, Any]:
    """Return what stands on posters, in the reader's language."""
    return {
        "brand": brand,
        "call": _("Scan to join our group"),
        "steps": [
            _("Scan the code with WeChat or your camera"),
            _("Enter your name and telephone number"),
            _("Tap “Join”: you are in the group"),
        ],
        "steps_elsewhere": [
            _("Scan the code with WeChat"),
            _("Press and hold the group's code that appears"),
            _("Tap “Join group chat”: you are in the group"),
        ],
    }
