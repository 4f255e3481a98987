"""``qunlian demo``: lay down a sample channel to look around in."""

import gc
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from multiprocessing import get_context
from typing import TYPE_CHECKING

import click

from qunlian.cli.processes import die_with_parent
from qunlian.cli.runtime import say, serving

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def _hurry() -> None:
    """Commit without waiting for the disk: a crash costs the last moments, and laying again goes on there."""
    from django.db.backends.signals import connection_created  # noqa: PLC0415  (needs Django)

    def set_up(connection: "BaseDatabaseWrapper", **_about: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")

    connection_created.connect(set_up, weak=False)


def _process_beside() -> ProcessPoolExecutor:
    """
    Make the process that lays parts of the demo beside us.

    It is forked with the first part it is given: before any connection or thread is there, which it could not
    share, and after the imports, which it does.
    """
    dies_with_us = die_with_parent(signal.SIGKILL)
    return ProcessPoolExecutor(1, mp_context=get_context("fork"), initializer=dies_with_us)


@click.command("demo")
@click.option("--seed", default=1, show_default=True, help="Another seed, another channel.")
@click.option("--stores", default=6_000, show_default=True, help="How many stores it has.")
@click.option("--orders", default=60, show_default=True, help="How many orders of late.")
def command(seed: int, stores: int, orders: int) -> None:
    """Lay a believable sample brand with a year behind it into the database.

    Run again after an interruption, it goes on where it was.
    """
    gc.disable()  # we end soon; to look for what nobody needs any more takes a seventh of the time
    with ExitStack() as stack:
        installation = stack.enter_context(serving())
        _hurry()
        began = time.monotonic()  # of the laying alone: tables may just have been made
        from qunlian.channel.queries.demo import demo_enterprise  # noqa: PLC0415  (needs Django)
        from qunlian.channel.queries.divisions import packaged_divisions  # noqa: PLC0415
        from qunlian.cli.demo_data.places import CITIES  # noqa: PLC0415
        from qunlian.cli.demo_load.lay import Wish, lay_demo, warm_up  # noqa: PLC0415
        from qunlian.kernel import clock  # noqa: PLC0415

        beside = stack.enter_context(_process_beside())
        beside.submit(warm_up)
        known = demo_enterprise()
        if known is not None and known.is_finished:
            raise click.ClickException(
                "There is a demo channel in this database already. "
                "For a fresh one use another QUNLIAN_HOME or an empty DATABASE_URL."
            )
        try:
            divisions = packaged_divisions(within={city[:2] for city in CITIES})
        except FileNotFoundError as trouble:
            message = "The list of Chinese divisions is not built yet; run: make setup"
            raise click.ClickException(message) from trouble
        wish = installation.recall("demo-wish") if known is not None else {}
        wish = wish or {"seed": seed, "stores": stores, "orders": orders}
        installation.remember("demo-wish", **wish)
        log_ins = lay_demo(divisions, Wish(**wish), now=clock.now(), tell=say, beside=beside)
        installation.remember("demo", logins=[asdict(each) for each in log_ins])
        installation.forget("demo-wish")
    say(f"The demo channel is there ({time.monotonic() - began:.1f} s). Log in as:")
    for each in log_ins:
        say(f"  {each.login:<16} {each.password:<16} {each.role}")
