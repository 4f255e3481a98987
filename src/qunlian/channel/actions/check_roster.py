"""Ask for a whole file to be checked against the database, without loading it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qunlian.channel import access
from qunlian.channel.queries import imports
from qunlian.channel.queries.imports import ImportCard
from qunlian.channel.rosters.fields import FIELDS, Kind, missing_fields
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid
from qunlian.kernel.queue import enqueue


class ColumnsMissing(Invalid):
    """Choose a column for: %(fields)s."""

    code = "channel.columns_missing"


class ImportBusy(Conflict):
    """This import is being worked on; wait for it or cancel it."""

    code = "channel.import_busy"


class ImportDone(Conflict):
    """This file was loaded already; upload it again to load it again."""

    code = "channel.import_done"


class FileForgotten(Conflict):
    """This file is no longer kept; upload it again."""

    code = "channel.file_forgotten"


def check_roster(
    *,
    actor: Actor,
    run_id: int,
    mapping: Mapping[str, int],
    options: Mapping[str, Any],
    now: datetime,
) -> ImportCard:
    """
    Keep what the person says the columns mean, and have every row checked in the background.

    :param mapping: field → number of its column
    :param options: ``creates``, ``sets_size``; see rosters.known.Choices
    :raises NotFound: there is no such import within the actor's reach
    :raises ColumnsMissing: a required field has no column
    :raises ImportBusy: it is being checked or loaded
    :raises ImportDone: it was loaded
    :raises FileForgotten: it lay too long, and its file was deleted
    """
    with scope.writing(actor):
        run = access.import_run_for(actor, run_id)
        card = imports.card_of(run, now)
        if card.state == "loaded":
            raise ImportDone(id=run_id)
        if not card.is_kept:
            raise FileForgotten(id=run_id)
        if not card.can_load:
            raise ImportBusy(id=run_id)
        kind = Kind(run.kind)
        width = len(card.headings)
        known = {field.name for field in FIELDS[kind]}
        run.mapping = {f: c for f, c in mapping.items() if f in known and 0 <= c < width}
        missing = missing_fields(kind, run.mapping)
        if missing:
            fields = ", ".join(imports.label_of(kind, field) for field in missing)
            raise ColumnsMissing(fields=fields)
        run.options = {**run.options, **options}
        run.state, run.is_cancel_asked, run.problem = "checking", False, {}
        run.phase, run.rows_done, run.changed_at = "", 0, now
        run.save()
        journal.record(
            "channel.roster_check_asked", actor=actor, at=now, about={"import": [run.pk]}
        )
        enqueue(
            "channel.examine_roster",
            enterprise_id=actor.enterprise_id,
            account_id=actor.account_id,
            run_id=run.pk,
        )
        return imports.card_of(run, now)
