"""Take in a file that holds a roster, and guess what its columns mean."""

import dataclasses
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, override

from qunlian.channel.actions.check_roster import ColumnsMissing
from qunlian.channel.models import ImportRun
from qunlian.channel.queries import imports
from qunlian.channel.queries.imports import ImportCard
from qunlian.channel.rosters.fields import FIELDS, Kind, missing_fields
from qunlian.channel.rosters.rights import kinds_of
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden
from qunlian.kernel.queue import enqueue

_LOOK_ROWS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Straight:
    """Load a file at once, as it was guessed, because a program sends it: see load_roster, check_roster."""

    is_all_or_nothing: bool = False
    creates: bool = False
    sets_size: bool = False


def upload_roster(
    *,
    actor: Actor,
    kind: Kind,
    file: Path,
    file_name: str,
    straight: Straight | None = None,
    now: datetime,
) -> ImportCard:
    """
    Keep a file as a new import with a guessed mapping; it is loaded only when ``straight`` says how.

    :param file: where the interface put it; it is copied
    :param file_name: what the person calls it
    :raises Forbidden: this role doesn't import this kind
    :raises ColumnsMissing: it is to be loaded at once, and a required field has no column
    :raises SheetTooBig: too many bytes, rows or columns
    :raises SheetDamaged: a broken or encrypted workbook
    :raises SheetSuspicious: a zip bomb
    :raises SheetNotText: neither a workbook nor a text table
    :raises SheetCellTooLong: probably an open quotation mark
    :raises SheetEmpty: no rows
    """
    from qunlian.channel.rosters import examine as rosters  # noqa: PLC0415  (polars loads slowly)
    from qunlian.kernel.sheet_files import read  # noqa: PLC0415  (the same)

    if kind not in kinds_of(actor.role):
        raise Forbidden(kind=kind)
    sheet = read(file, is_heading=rosters.is_heading(kind), limit=_LOOK_ROWS)
    mapping, scales = rosters.guess(kind, sheet.headings, sheet.rows, _labels(kind))
    options: dict[str, Any] = {"headings": sheet.headings, "scales": scales, "creates": False}
    if straight is not None:
        if missing := missing_fields(kind, mapping):
            raise ColumnsMissing(fields=", ".join(imports.label_of(kind, name) for name in missing))
        options |= dataclasses.asdict(straight)
    kept = _kept(actor, file)
    with scope.writing(actor):
        run = ImportRun.objects.create(
            enterprise_id=actor.enterprise_id,
            kind=kind,
            state="loading" if straight else "uploaded",
            file_name=Path(file_name).name[:200],
            file_path=kept,
            mapping=mapping,
            options=options,
            created_by=actor.account_id,
            created_at=now,
            changed_at=now,
        )
        journal.record(
            "channel.roster_uploaded", actor=actor, at=now, about={"import": [run.pk]}, kind=kind
        )
        if straight:
            enqueue(
                "channel.commit_roster",
                enterprise_id=actor.enterprise_id,
                account_id=actor.account_id,
                run_id=run.pk,
            )
        return imports.card_of(run, now)


def _kept(actor: Actor, file: Path) -> str:
    """Copy a file to where imports are kept; return its place there."""
    kept = f"{actor.enterprise_id}/{secrets.token_hex(12)}"
    target = imports.folder() / kept
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(file, target)
    return kept


def _labels(kind: Kind) -> dict[str, str]:
    """Return our own names and labels, in both languages, so that a template or export maps itself."""
    labels = {field.name: field.name for field in FIELDS[kind]}
    for language in ("zh-hans", "en"):
        with override(language):
            labels |= {gettext(field.label): field.name for field in FIELDS[kind]}
    return labels
