"""``qunlian sandbox``: stand-ins for the outside platforms, to try and develop against without an account."""

import asyncio
import signal
from contextlib import nullcontext
from pathlib import Path

import click

from qunlian.cli.switching import Place, Switch, serving_demo
from qunlian.sandboxes.wecom.running import known_world, serving
from qunlian.sandboxes.wecom.server import Server
from qunlian.sandboxes.wecom.weather import PRESETS


@click.group("sandbox")
def command() -> None:
    """Start a stand-in for an outside platform."""


@command.command("wecom")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="0.0.0.0: also other machines."
)
@click.option("--port", default=8450, show_default=True, help="0 takes a free one.")
@click.option("--seed", default=1, show_default=True, help="Draws the ids and the weather.")
@click.option("--weather", type=click.Choice([*PRESETS]), default="calm", show_default=True)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that keeps the world over a restart.",
)
@click.option(
    "--demo", is_flag=True, help="Be the demo channel's WeCom; it runs beside `qunlian up`."
)
def wecom(*, host: str, port: int, seed: int, weather: str, state: Path | None, demo: bool) -> None:
    """Be WeCom (企业微信): its API, and phones of staff and customers. Ctrl-C stops it."""
    try:
        server = Server(known_world(seed, weather, None, state), state)
    except ValueError:
        raise click.ClickException(f"{state} holds no world of this version.") from None
    with serving_demo() if demo else nullcontext() as switch:
        try:
            asyncio.run(_serve(server, host, port, switch))
        except OSError as trouble:
            raise click.ClickException(
                f"Cannot listen on {host}:{port}: {trouble.strerror}"
            ) from None


async def _serve(server: Server, host: str, port: int, switch: Switch | None) -> None:
    """Serve until somebody asks to stop; print what a client needs."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    corp = next(iter(server.world.corps.values()))
    app = next(iter(corp.apps.values()))
    async with serving(server, host, port) as url:
        click.echo(f"address   {url}   (instead of https://qyapi.weixin.qq.com)")
        click.echo(f"phones    {url}/_sandbox/")
        click.echo(f"corp id   {corp.corp_id}")
        click.echo(f"agent id  {app.agent_id}")
        click.echo(f"secret    {app.secret}")
        if switch is not None:
            place = Place(
                url, corp.corp_id, str(app.agent_id), app.secret, is_empty=not corp.groups
            )
            await asyncio.to_thread(switch, place)
        await stopped.wait()
