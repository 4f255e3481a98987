"""Delete uploaded rosters and handed-back rows that have lain long enough."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qunlian.channel.models import ImportRun
from qunlian.channel.queries import imports
from qunlian.channel.rules.retention import Cut, roster_cut
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenRosters:
    """Imports whose files are gone, and files that belonged to none."""

    runs: int
    strays: int


def forget_rosters(*, actor: Actor, days: int, now: datetime) -> ForgottenRosters:
    """
    Delete the files of imports that nobody touched for ``days`` days; what they did stays on record.

    A file goes before the row says so: interrupted, the next run finds the row again and ends the work.
    """
    cut = roster_cut(now, days)
    with scope.writing(actor):
        old = ImportRun.objects.filter(changed_at__lt=cut.rosters_at).exclude(file_path="")
        runs = list(old.order_by("pk").select_for_update(skip_locked=True)[:MOST_AT_ONCE])
        for run in runs:
            imports.bad_path(run).unlink(missing_ok=True)
            imports.path_of(run).unlink(missing_ok=True)
        ImportRun.objects.filter(pk__in=[run.pk for run in runs]).update(file_path="")
        strays = list(_strays(actor, cut))
        for path in strays:
            path.unlink(missing_ok=True)
        if runs or strays:
            about = {"import": [run.pk for run in runs]}
            journal.record(
                "channel.rosters_forgotten", actor=actor, at=now, about=about, strays=len(strays)
            )
    return ForgottenRosters(runs=len(runs), strays=len(strays))


def _strays(actor: Actor, cut: Cut) -> Iterator[Path]:
    """Yield old files that no import of the enterprise knows."""
    own = imports.folder() / str(actor.enterprise_id)
    if not own.is_dir():
        return
    paths = ImportRun.objects.exclude(file_path="").values_list("file_path", flat=True)
    known = {Path(path).name for path in paths}
    for path in own.iterdir():
        is_old = path.stat().st_mtime < cut.strays_at.timestamp()
        if is_old and path.name.partition(".")[0] not in known:
            yield path
