"""The workbook to start from: a sheet to fill in, and one that explains it."""

from typing import IO

from django.utils.translation import gettext as _

from qunlian.channel.rosters.fields import FIELDS, KIND_LABELS, Field, Kind
from qunlian.kernel.sheets import Column, write_sheet

_LAST_ROW = 20_000


def write_template(stream: IO[bytes], kind: Kind) -> None:
    """Write the template of a kind in the reader's language, with lists to choose from."""
    import xlsxwriter  # noqa: PLC0415  (loads slowly)

    book = xlsxwriter.Workbook(stream)
    fields = FIELDS[kind]
    sheet = book.add_worksheet(_(KIND_LABELS[kind]))
    must = book.add_format({"bold": True, "bottom": 1, "bg_color": "#FFF3BF"})
    may = book.add_format({"bold": True, "bottom": 1})
    as_text = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    for place, field in enumerate(fields):
        form = as_text if field.shape in {"code", "phone"} else None
        sheet.set_column(place, place, 16, form)
        sheet.write_string(0, place, _(field.label), must if field.is_required else may)
        words = _words(field)
        if words:
            choose = {"validate": "list", "source": words, "error_type": "warning"}
            sheet.data_validation(1, place, _LAST_ROW, place, choose)
    columns = (
        Column(_("Column"), width=22),
        Column(_("Needed"), width=8),
        Column(_("Example"), width=18),
        Column(_("What to write"), width=60),
    )
    rows = (
        (_(field.label), _("yes") if field.is_required else "", field.example, _explained(field))
        for field in fields
    )
    write_sheet(book, _("How to fill it in"), columns, rows)
    book.close()


def _words(field: Field) -> list[str]:
    """Return the word shown for each choice: the first."""
    first: dict[str, str] = {}
    for word, kept in field.choices.items():
        first.setdefault(kept, word)
    return list(first.values())


def _explained(field: Field) -> str:
    words = " / ".join(_words(field))
    return " ".join(part for part in (_(field.note) if field.note else "", words) if part)
