"""Switching the demo channel onto a sandbox: its people work there, and the groups they had are found."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import click

from qunlian.cli.runtime import running, say, serving

if TYPE_CHECKING:
    from qunlian.kernel.actor import Actor

PLATFORM = "wecom"
PEOPLE = 30
_PATIENCE_SECONDS = 60
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sandbox listens, and what its company's app is known by; ``is_empty``: nobody has a group."""

    url: str
    corp_id: str
    agent_id: str
    secret: str
    is_empty: bool


Switch = Callable[[Place], None]


@contextmanager
def serving_demo() -> Iterator[Switch]:
    """
    Give what switches the demo channel, with the installation's database, for the length of the block.

    :raises ClickException: there is no demo, or nothing runs that could hear events
    """
    with serving() as installation:
        from qunlian.channel.queries.demo import demo_enterprise  # noqa: PLC0415  (needs Django)

        ours = running(installation).get("url", "").rstrip("/")
        if not ours:
            raise click.ClickException("Start the installation first, beside this: qunlian up")
        demo = demo_enterprise()
        if demo is None or not demo.is_finished:
            raise click.ClickException("There is no demo channel here; lay it down: qunlian demo")
        yield partial(switch, demo.founder_account_id, ours)


def switch(founder_account_id: int, ours: str, place: Place) -> None:
    """Fill the sandbox with the demo's people when it is empty, connect the demo, and look for its groups."""
    from django.db import connection  # noqa: PLC0415  (needs Django)

    from qunlian.channel.queries.actors import actor_of_account  # noqa: PLC0415
    from qunlian.cli.demo_load.chats import chats  # noqa: PLC0415
    from qunlian.community.actions.look_for_rooms import look_for_rooms  # noqa: PLC0415
    from qunlian.kernel import clock  # noqa: PLC0415

    try:
        now = clock.now()
        hq = actor_of_account(founder_account_id, now=now)
        if hq is None:
            raise click.ClickException("The demo's headquarters is locked out.")
        if place.is_empty:
            _ask(place, "company", {"lists": chats(hq, seed=1, people=PEOPLE, now=now)})
        _connect(hq, ours, place)
        _speak_there(hq)
        look_for_rooms(actor=hq, now=clock.now())
    finally:
        connection.close()
    say(f"demo      {ours}/rooms   its groups are being read; they are proposed there")


def _connect(hq: "Actor", ours: str, place: Place) -> None:
    """Enter the sandbox's company as headquarters would, and let it tell us its events."""
    from qunlian.channel.actions.renew_callback_keys import renew_callback_keys  # noqa: PLC0415
    from qunlian.channel.actions.set_up_platform import set_up_platform  # noqa: PLC0415
    from qunlian.kernel import clock  # noqa: PLC0415
    from qunlian.platforms import registry  # noqa: PLC0415
    from qunlian.platforms.extensions import Connectable  # noqa: PLC0415

    entries = {
        "corp_id": place.corp_id,
        "agent_id": place.agent_id,
        "secret": place.secret,
        "base_url": place.url,
        "public_url": ours,
        "authorize_url": f"{place.url}/connect/oauth2/authorize",
        "qr_url": f"{place.url}/wwlogin/sso/login",
    }
    set_up_platform(actor=hq, platform=PLATFORM, entries=entries, now=clock.now())
    token, key = renew_callback_keys(actor=hq, platform=PLATFORM, now=clock.now()).keys
    adapter = registry.platform(PLATFORM)
    steps = adapter.setup_steps(hq.enterprise_id) if isinstance(adapter, Connectable) else ()
    copied = [one.value for step in steps for one in step.to_copy]
    (address,) = (text for text in copied if text.startswith(ours) and "/callbacks/" in text)
    fields = {"url": address, "token": token.value, "aes_key": key.value}
    for _ in range(_TRIES):  # a web process may hold the keys before for two seconds
        if _ask(place, "app/callback", fields)["is_verified"]:
            return
        time.sleep(1)
    raise click.ClickException(f"{address} did not answer as it should.")


def _speak_there(hq: "Actor") -> None:
    """Let new groups of stores be opened there."""
    from qunlian.community.actions.change_layer import LayerChange, change_layer  # noqa: PLC0415
    from qunlian.community.queries.layers import layer_card  # noqa: PLC0415
    from qunlian.kernel import clock  # noqa: PLC0415

    card = layer_card(hq, "store")
    change = LayerChange(
        layer="store",
        template=replace(card.template, platform=PLATFORM),
        accounts=[(one.staff_id, one.territory_id) for one in card.accounts],
    )
    change_layer(actor=hq, change=change, now=clock.now())


def _ask(place: Place, path: str, fields: dict[str, Any]) -> Any:
    request = Request(f"{place.url}/_sandbox/{path}", data=json.dumps(fields).encode())  # noqa: S310
    with urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
        return json.load(answer)
