"""One load of one file, in a process of its own: ``rows bad seconds rss_mb`` per turn. See import.py."""

import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import django

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def found() -> None:
    """Found an enterprise with 300 patches and 100 distributors."""
    from django.db import connection

    from qunlian.channel.models import Distributor, Enterprise, Territory
    from qunlian.kernel import scope
    from qunlian.kernel.actor import system_actor

    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('channel_enterprise_id_seq')")
        (enterprise_id,) = cursor.fetchone()
    actor = system_actor(enterprise_id)
    facts = {"enterprise_id": enterprise_id}
    with scope.writing(actor):
        Enterprise.objects.create(id=enterprise_id, name="B", created_at=NOW)
        Territory.objects.bulk_create(
            Territory(path=f"/{n}/", depth=0, code=f"P{n:03}", name=f"片{n}", **facts)
            for n in range(300)
        )
        Distributor.objects.bulk_create(
            Distributor(path=f"/{n}/", tier=1, code=f"D{n:03}", name=f"商{n}", **facts)
            for n in range(100)
        )


def once(path: Path) -> None:
    """Load a file as the enterprise's machinery and print what it took."""
    from qunlian.channel.actions.commit_roster import commit_roster
    from qunlian.channel.actions.load_roster import load_roster
    from qunlian.channel.actions.upload_roster import upload_roster
    from qunlian.channel.progress import RunProgress
    from qunlian.channel.rosters.fields import Kind
    from qunlian.kernel.actor import system_actor

    actor = system_actor(1)
    card = upload_roster(actor=actor, kind=Kind.STORES, file=path, file_name=path.name, now=NOW)
    load_roster(actor=actor, run_id=card.id, now=NOW)
    start = time.perf_counter()
    with RunProgress(actor, card.id) as progress:
        done = commit_roster(actor=actor, run_id=card.id, progress=progress, now=NOW)
    seconds = time.perf_counter() - start
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(done.rows_total, done.summary["bad"], f"{seconds:.2f}", rss, flush=True)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "found":
        found()
    else:
        for _ in range(int(sys.argv[2])):
            once(Path(sys.argv[1]))
