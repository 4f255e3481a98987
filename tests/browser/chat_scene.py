"""Lay the cast, two groups and a conversation into a running installation; print who may open what.

``python -m tests.browser.chat_scene`` with QUNLIAN_HOME set, beside `qunlian up`. Prints one JSON object:
the group, and for each person the session cookie of a phone of his.
"""

import json
import pickle
import tempfile
from pathlib import Path
from typing import Any

import click

from qunlian.cli.runtime import serving

#: Rooms of one test each.
ROOMS = {
    "voice": "语音群",
    "lift": "电梯群",
    "tunnel": "隧道群",
    "lane": "小巷群",
    "archive": "档案群",
    "rules": "规矩群",
    "quiet": "安静群",
}


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

    from qunlian.channel.models import Store
    from qunlian.kernel import scope
    from qunlian.kernel.actor import system_actor
    from tests import make
    from tests.messaging.scenes import ASKED, group, say, sent

    brand = system_actor(cast.ids["brand"])
    with scope.reading(brand):
        second = Store.objects.get(pk=cast.ids["A2"])
    gui = make.store_owner(brand, second, "张桂兰", "+8613800000002")
    people = {cast.rong: "steward", cast.ma: "superior", cast.oyang: "member", gui: "member"}
    here = group(cast, "PA", steward=cast.rong, people=people, name="石原东片 1 群")
    group(
        cast,
        "PA",
        steward=cast.rong,
        people={cast.rong: "steward", gui: "member"},
        name="新品体验官",
    )
    cellar = group(
        cast,
        "PA",
        steward=cast.rong,
        people={cast.rong: "steward", cast.oyang: "member"},
        name="石原东片 2 群",
    )
    say(cast, cellar, "地下室冷库温度请每天报一次")
    say(cast, here, *[f"第 {n} 天陈列已拍照，请各位老板留意补货" for n in range(1, 61)])
    say(cast, here, "明白，明天先补两箱", by=cast.oyang)
    sent(cast, **ASKED)
    rooms = {
        name: group(
            cast,
            "PA",
            steward=cast.rong,
            people={cast.rong: "steward", cast.oyang: "member"},
            name=f"石原东片{title}",
        )
        for name, title in ROOMS.items()
    }
    say(cast, rooms["archive"], "暗号是蓝色货架", *[f"第 {n} 次补货" for n in range(2, 121)])
    return {
        "rooms": rooms,
        "group": here,
        "cellar": cellar,
        "cookie": settings.SESSION_COOKIE_NAME,
        "phones": {
            "oyang": session_of(cast.oyang),
            "gui": session_of(gui),
            "rong": session_of(cast.rong),
            "ma": session_of(cast.ma),
        },
    }


def session_of(actor: Any) -> str:
    """Log somebody in; the value of his cookie."""
    from qunlian.channel import sessions
    from qunlian.channel.queries.actors import session_values

    session = sessions.SessionStore()
    sessions.begin(session, session_values(actor.account_id), device="test")
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    main()
