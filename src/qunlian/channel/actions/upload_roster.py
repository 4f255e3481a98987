"""Take in a file that holds a roster, and guess what its columns mean."""

import secrets
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, override

from qunlian.channel.models import ImportRun
from qunlian.channel.queries import imports
from qunlian.channel.queries.imports import ImportCard
from qunlian.channel.rosters import examine as rosters
from qunlian.channel.rosters.fields import FIELDS, Kind
from qunlian.channel.rosters.rights import kinds_of
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden
from qunlian.kernel.sheet_files import read

_LOOK_ROWS = 300


def upload_roster(
    *, actor: Actor, kind: Kind, file: Path, file_name: str, now: datetime
) -> ImportCard:
    """
    Keep a file as a new import with a guessed mapping; nothing of it is loaded yet.

    :param file: where the interface put it; it is copied
    :param file_name: what the person calls it
    :raises Forbidden: this role doesn't import this kind
    :raises SheetTooBig: too many bytes, rows or columns
    :raises SheetDamaged: a broken or encrypted workbook
    :raises SheetSuspicious: a zip bomb
    :raises SheetNotText: neither a workbook nor a text table
    :raises SheetCellTooLong: probably an open quotation mark
    :raises SheetEmpty: no rows
    """
    if kind not in kinds_of(actor.role):
        raise Forbidden(kind=kind)
    sheet = read(file, is_heading=rosters.is_heading(kind), limit=_LOOK_ROWS)
    mapping, scales = rosters.guess(kind, sheet.headings, sheet.rows, _labels(kind))
    options: dict[str, Any] = {"headings": sheet.headings, "scales": scales, "creates": False}
    kept = f"{actor.enterprise_id}/{secrets.token_hex(12)}"
    target = imports.folder() / kept
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(file, target)
    with scope.writing(actor):
        run = ImportRun.objects.create(
            enterprise_id=actor.enterprise_id,
            kind=kind,
            state="uploaded",
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
        return imports.card_of(run, now)


def _labels(kind: Kind) -> dict[str, str]:
    """Return our own labels, in both languages, so that a template or export maps itself."""
    labels: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            labels |= {gettext(field.label): field.name for field in FIELDS[kind]}
    return labels
