"""``qunlian export KIND``: everything of a kind, in the columns of the import."""

from pathlib import Path

import click

from qunlian.cli.import_ import KINDS, whose
from qunlian.cli.runtime import say, serving


@click.command("export")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--to", type=click.Path(path_type=Path), help="A .xlsx or .csv; default KIND.xlsx.")
@click.option("--enterprise", type=int, help="Its number; needed only where there are several.")
@click.option(
    "--contacts", is_flag=True, help="With names and phone numbers; the journal notes it."
)
def command(kind: str, to: Path | None, enterprise: int | None, contacts: bool) -> None:
    """Write everything of KIND to a file that can be edited and imported again."""
    with serving():
        from qunlian.channel.actions.export_roster import export_roster  # noqa: PLC0415
        from qunlian.channel.queries import exports  # noqa: PLC0415
        from qunlian.channel.rosters.fields import Kind  # noqa: PLC0415
        from qunlian.kernel import clock, sheets  # noqa: PLC0415

        actor, chosen, path = whose(enterprise), Kind(kind), to or Path(f"{kind}.xlsx")
        fields = export_roster(actor=actor, kind=chosen, has_contacts=contacts, now=clock.now())
        write = sheets.write_csv if path.suffix == ".csv" else sheets.write_xlsx
        with path.open("wb") as stream:
            rows = exports.export_rows(actor, chosen, fields)
            write(stream, exports.export_columns(fields), rows)
    say(f"Written to {path}.")
