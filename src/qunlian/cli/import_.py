"""``qunlian import KIND FILE``: load a roster and say what became of it."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qunlian.cli.runtime import running, say, serving

if TYPE_CHECKING:
    from qunlian.kernel.actor import Actor

#: How often the command looks what the worker has done.
LOOK_SECONDS = 0.3
KINDS = ("stores", "sales", "distributors", "staff", "territories")


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--enterprise", type=int, help="Its number; needed only where there are several.")
@click.option("--create", is_flag=True, help="Make missing territories, patches and reps.")
@click.option("--set-size", is_flag=True, help="After sales: size is the last twelve months.")
@click.option("--all-or-nothing", is_flag=True, help="Load nothing unless every row is good.")
@click.option("--bad", type=click.Path(path_type=Path), help="Where the bad rows go, with reasons.")
def command(kind: str, file: Path, enterprise: int | None, **options: Any) -> None:
    """Load FILE (.xlsx or .csv, your own columns) as a roster of KIND."""
    with serving() as installation:
        from qunlian.channel import jobs  # noqa: PLC0415  (needs Django)
        from qunlian.channel.actions.upload_roster import Straight, upload_roster  # noqa: PLC0415
        from qunlian.channel.queries import imports  # noqa: PLC0415
        from qunlian.channel.rosters.fields import Kind  # noqa: PLC0415
        from qunlian.kernel import clock  # noqa: PLC0415

        actor = whose(enterprise)
        how = Straight(
            is_all_or_nothing=options["all_or_nothing"],
            creates=options["create"],
            sets_size=options["set_size"],
        )
        card = upload_roster(
            actor=actor,
            kind=Kind(kind),
            file=file,
            file_name=file.name,
            straight=how,
            now=clock.now(),
        )
        while running(installation) and card.is_running:  # two who load would wait for each other
            time.sleep(LOOK_SECONDS)
            card = imports.import_card(actor, card.id, now=clock.now())
        if card.state == "loading":  # nobody else does it, or he went silent
            jobs.commit(enterprise_id=actor.enterprise_id, account_id=None, run_id=card.id)
            card = imports.import_card(actor, card.id, now=clock.now())
        counts = {name: card.summary.get(name, 0) for name in ("new", "changed", "same", "bad")}
        say(f"{card.state}: " + ", ".join(f"{count:,} {name}" for name, count in counts.items()))
        for each in card.summary.get("reasons", ()):
            lines = ", ".join(map(str, each["lines"]))
            reason = imports.in_words(each["code"], each["value"])
            say(f"  {each['count']:,} × {each['field']} {reason} (lines {lines} …)")
        if options["bad"] is not None and counts["bad"]:
            _hand_back(actor, card.id, options["bad"])
    if card.state != "loaded":
        sys.exit(1)


def whose(enterprise: int | None) -> "Actor":
    """Return the machinery of the enterprise that is meant; the only one where none is named."""
    from qunlian.channel.queries.actors import enterprise_ids  # noqa: PLC0415
    from qunlian.kernel.actor import system_actor  # noqa: PLC0415

    known = enterprise_ids()
    if enterprise is None and len(known) == 1:
        return system_actor(known[0])
    if enterprise not in known:
        listed = ", ".join(map(str, sorted(known))) or "none yet, see `qunlian createuser`"
        raise click.UsageError(f"name one with --enterprise; there are: {listed}")
    return system_actor(enterprise)


def _hand_back(actor: "Actor", run_id: int, path: Path) -> None:
    from qunlian.channel.queries import import_rows  # noqa: PLC0415
    from qunlian.kernel.sheets import Column, write_csv, write_xlsx  # noqa: PLC0415

    _, headings, rows = import_rows.bad_rows(actor, run_id)
    write = write_csv if path.suffix == ".csv" else write_xlsx
    with path.open("wb") as stream:
        write(stream, [Column(heading) for heading in headings], rows)
    say(f"The bad rows are in {path}; correct them there and load that file.")
