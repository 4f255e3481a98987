"""Exports: what one may see, in the columns of the import, harmless, and known to the journal."""

from pathlib import Path

import pytest
from django.utils.translation import override

from qunlian.channel.actions.export_roster import export_roster
from qunlian.channel.queries.exports import export_columns, export_rows
from qunlian.channel.rosters.fields import Kind
from qunlian.kernel import sheets
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, Cast
from tests.channel.rosters import bring_in, counts, csv_file, fetch


def exported(actor: Actor, kind: Kind, path: Path, *, has_contacts: bool = True) -> Path:
    fields = export_roster(actor=actor, kind=kind, has_contacts=has_contacts, now=NOON)
    with path.open("wb") as stream:
        write = sheets.write_csv if path.suffix == ".csv" else sheets.write_xlsx
        write(stream, export_columns(fields), export_rows(actor, kind, fields))
    return path


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.SALES])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_was_exported_comes_in_again_and_changes_nothing(
    cast: Cast, tmp_path: Path, kind: Kind, form: str, language: str
) -> None:
    with override(language):
        path = exported(cast.hua, kind, tmp_path / f"out.{form}")
    new, changed, same, bad = counts(bring_in(cast.hua, path, kind))
    assert (new, changed, bad) == (0, 0, 0)
    assert same > 1


def test_sales_round_trip(cast: Cast, tmp_path: Path) -> None:
    bring_in(
        cast.hua,
        csv_file(tmp_path, "店编码,日期,金额", "A1,2026-03-01,-5.5", "B1,2026-03-02,7"),
        Kind.SALES,
    )
    path = exported(cast.hua, Kind.SALES, tmp_path / "out.xlsx")
    assert counts(bring_in(cast.hua, path, Kind.SALES)) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("who", "codes"),
    [("rong", "A1 A2 A3 A4"), ("du", "A1 A2"), ("song", "B1 B2 B3"), ("wai", "X1")],
)
def test_an_export_keeps_to_reach(cast: Cast, who: str, codes: str) -> None:
    actor = getattr(cast, who)
    fields = export_roster(actor=actor, kind=Kind.STORES, now=NOON)
    assert " ".join(row[0] for row in export_rows(actor, Kind.STORES, fields)) == codes


def test_phone_numbers_leave_only_when_asked_for_and_the_journal_knows(cast: Cast) -> None:
    plain = export_roster(actor=cast.hua, kind=Kind.STORES, now=NOON)
    assert not {"owner_phone", "owner_name"} & {field.name for field in plain}
    asked = export_roster(actor=cast.hua, kind=Kind.STORES, has_contacts=True, now=NOON)
    assert "owner_phone" in {field.name for field in asked}
    facts = fetch(
        cast.hua,
        "SELECT payload ->> 'has_contacts' FROM kernel_fact WHERE name = 'channel.roster_exported' ORDER BY id",
    )
    assert facts == [("false",), ("true",)]


def test_a_formula_goes_out_harmless_and_comes_in_as_it_was(cast: Cast, tmp_path: Path) -> None:
    bring_in(cast.hua, csv_file(tmp_path, "店编码,店名", "A1,=cmd|' /C calc'!A0"))
    path = exported(cast.hua, Kind.STORES, tmp_path / "out.csv")
    assert ",'=cmd" in path.read_text("utf-8-sig")
    assert counts(bring_in(cast.hua, path))[1] == 0


@pytest.mark.parametrize(("who", "kind"), [("rong", Kind.STAFF), ("oyang", Kind.STORES)])
def test_not_every_role_exports_everything(cast: Cast, who: str, kind: Kind) -> None:
    with pytest.raises(Forbidden):
        export_roster(actor=getattr(cast, who), kind=kind, now=NOON)
