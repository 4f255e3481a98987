"""A load that stops dead at a given moment: run as a program and killed by its own hand. See test_kill_import.py."""

import os
import signal
import sys

import django


def main(moment: str, enterprise_id: int, run_id: int) -> None:
    django.setup()
    from qunlian.channel import jobs, loading, staging
    from qunlian.channel.actions import commit_roster

    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if moment == "checked":
        commit_roster.load = die
    elif moment == "staged":
        staging.Load.run = die  # type: ignore[method-assign]
    elif moment == "written":
        loading._tie_owners = die
    elif moment == "before commit":
        real = commit_roster._ended

        def ended(*arguments: object) -> object:
            real(*arguments)  # type: ignore[arg-type]
            return die()

        commit_roster._ended = ended  # type: ignore[assignment]
    elif moment == "after commit":
        jobs._run, run = die, jobs._run  # type: ignore[assignment]
        run(commit_roster.commit_roster, enterprise_id, None, run_id)
    jobs.commit(enterprise_id=enterprise_id, account_id=None, run_id=run_id)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
