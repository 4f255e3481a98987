# ruff: noqa: ARG002, T201
"""A platform that posts as often as it is told to (no dedupe), keeps a log, and workers to be killed.

``python -m tests.messaging.forgetful <enterprise> <broadcast> [naive]`` starts a worker for each line it reads,
which sends until nothing is left; it says the worker's process, then ``posting`` for each batch, then how it ended.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from qunlian.platforms.port import Events, Feature, Means, Outcome, Post, Result

LOG = Path(os.environ.get("FORGETFUL_LOG", "/dev/null"))


class ForgetfulPlatform:
    name = "web"
    batch_size = 8
    capabilities = dict.fromkeys(Feature, Means.API)

    def post(self, enterprise_id: int, posts: list[Post], *, now: object) -> tuple[Result, ...]:
        print("posting", flush=True)
        for post in posts:
            with LOG.open("a") as stream:
                stream.write(f"{post.client_msg_id}\n")
            time.sleep(0.004)
        return tuple(Result(item=p.client_msg_id, outcome=Outcome.SENT, key="x") for p in posts)

    def look_up(self, enterprise_id: int, ids: list[str]) -> tuple[Result, ...]:
        known = set(LOG.read_text().split()) if LOG.exists() else set()
        return tuple(
            Result(item=one, outcome=Outcome.SENT, key="x")
            if one in known
            else Result(item=one, outcome=Outcome.REFUSED, problem="never_seen")
            for one in ids
        )

    def events_since(self, enterprise_id: int, cursor: str, *, limit: int = 200) -> Events:
        return Events(events=(), cursor=cursor, has_more=False)


def main() -> None:
    enterprise_id, broadcast_id = int(sys.argv[1]), int(sys.argv[2])
    import django
    from django.conf import settings

    settings.QUNLIAN_PLATFORMS = {"web": "tests.messaging.forgetful.ForgetfulPlatform"}
    django.setup()
    from qunlian.messaging import jobs
    from qunlian.messaging.actions import claim_deliveries

    claim_deliveries.LEASE = timedelta(seconds=0.15)
    if "naive" in sys.argv:  # what most queues do: a lease that ran out is simply sent again
        claim_deliveries._DOUBT = claim_deliveries._DOUBT.replace("'unknown'", "'planned'")
    for _line in sys.stdin:
        worker = os.fork()  # what takes long is imported once
        if not worker:
            jobs.deliver(enterprise_id, broadcast_id)
            os._exit(0)
        print(worker, flush=True)
        _, status = os.waitpid(worker, 0)
        print("ended", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
