"""Lay the cast and what people have to do by hand into a running installation; print who may open what.

``python -m tests.browser.task_scene`` with QUNLIAN_HOME set, beside `qunlian up`. Prints one JSON object.
"""

import json
import pickle
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from qunlian.cli.runtime import serving
from tests.browser.chat_scene import session_of


def main() -> None:
    """Lay everything and print it."""
    with serving():
        from tests.cast import lay

        with tempfile.TemporaryDirectory() as folder:
            lay(Path(folder) / "cast.pickle")
            with (Path(folder) / "cast.pickle").open("rb") as stream:
                cast = pickle.load(stream)
        click.echo(json.dumps(_scene(cast)))


def _scene(cast: Any) -> dict[str, Any]:
    from django.conf import settings

    from qunlian.community.models import Group, Request, Task
    from qunlian.community.requests import hand_to_people
    from qunlian.community.steps.tasks import Wish, ask
    from qunlian.kernel import clock, scope
    from qunlian.kernel.actor import system_actor
    from tests.messaging.scenes import group

    brand, now = system_actor(cast.ids["brand"]), clock.now()
    names = ("石原东片 1 群", "石原东片 2 群", "石原东片新品群")
    people = {cast.rong: "steward", cast.ma: "superior"}
    ids = [group(cast, "PA", steward=cast.rong, people=people, name=name) for name in names]
    with scope.writing(brand):
        Group.objects.filter(pk__in=ids).update(platform="wecom")
        asked = [
            Request.objects.create(
                enterprise_id=brand.enterprise_id,
                group=Group.objects.get(pk=group_id),
                kind=kind,
                payload=payload,
                asked_at=now,
            )
            for group_id, kind, payload in (
                (ids[0], "rename", {"text": "石原东片好店 1 群", "name": "石原东片好店 1 群"}),
                (ids[1], "announce", {"text": "1. 不发广告\n2. 问题当天答复\n3. 好店经验多分享"}),
                (ids[2], "remove", {"person_id": cast.oyang.person_id}),
            )
        ]
        hand_to_people(brand, asked, now)
        wish = Wish(
            kind="confirm",
            source="scene",
            source_key="1",
            platform="wecom",
            groups=tuple(ids),
            payload={"text": "中秋备货政策：买十赠一，本周五前下单有效。"},
            staff_id=cast.ids["R1"],
        )
        ask(actor=brand, wishes=[wish], at=now)
        Task.objects.filter(kind="confirm").update(due_at=now - timedelta(hours=2), reminders=1)
        return {
            "tasks": dict(Task.objects.values_list("kind", "pk")),
            "group": ids[0],
            "cookie": settings.SESSION_COOKIE_NAME,
            "phones": {"rong": session_of(cast.rong), "ma": session_of(cast.ma)},
        }


if __name__ == "__main__":
    main()
