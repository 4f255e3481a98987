"""``python -m qunlian.site``: serve pages and API with granian.

Everything is imported once, before the workers are forked: they share it, and one that died is back at once.
``qunlian up`` starts us while the database is still being made ready; we serve when it lets go of its lock.
"""

import argparse
import gc

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from qunlian.cli.installation import Installation


def main() -> None:
    """Import everything, wait for the start to be over, serve."""
    parser = argparse.ArgumentParser(prog="qunlian.site")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2, help="of each worker")
    parser.add_argument(
        "--wait-for", help="a lock of the installation that is held until we may serve"
    )
    options = parser.parse_args()
    gc.disable()  # nothing that an import makes is garbage: looking for some takes a seventh of the time
    import qunlian.site.wsgi  # noqa: F401, PLC0415  (so that the workers have it)

    gc.freeze()  # the workers' collector leaves the shared pages alone
    gc.enable()
    if options.wait_for:
        with Installation.from_environment().locked(options.wait_for):
            pass
    Granian(
        "qunlian.site.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=options.workers,
        blocking_threads=options.threads,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
    ).serve()


if __name__ == "__main__":
    main()
