"""``qunlian doctor``: what is right, what is wrong, and where to click."""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import click
import psycopg

from qunlian.cli.embedded_postgres import ServerTrouble
from qunlian.cli.examining import examine_installation, unreachable
from qunlian.cli.installation import Installation
from qunlian.cli.provision import CannotProvision
from qunlian.cli.runtime import database, environment, say
from qunlian.platforms.findings import Finding, State

_MARKS = {State.OK: "ok", State.LOOK: "LOOK", State.WRONG: "WRONG", State.SKIPPED: "-"}
_WIDTH = 7


@dataclass(frozen=True, slots=True)
class Part:
    """What was examined together."""

    name: str
    findings: tuple[Finding, ...]


@click.command("doctor")
@click.option("--platform", help="Only this one, also when it is not set up yet, e.g. wecom.")
@click.option("--enterprise", type=int, help="Its number; else all there are.")
@click.option("--json", "is_json", is_flag=True, help="For programs.")
def command(platform: str | None, enterprise: int | None, is_json: bool) -> None:
    """Examine the installation and its platforms; exit 1 when anything is wrong."""
    parts = _examined(platform, enterprise)
    if is_json:
        say(json.dumps([asdict(part) for part in parts], ensure_ascii=False, indent=1))
    else:
        for part in parts:
            say(part.name)
            for line in lines(part.findings):
                say(line)
            say()
    if any(one.state is State.WRONG for part in parts for one in part.findings):
        sys.exit(1)


def lines(findings: Iterable[Finding]) -> list[str]:
    """Write findings for a person: a line each; for what is not well, what was expected and what to do."""
    written = []
    for one in findings:
        written.append(f"  {_MARKS[one.state]:<{_WIDTH}}{one.title}: {one.got}")
        if one.state in {State.LOOK, State.WRONG}:
            indent = " " * (_WIDTH + 2)
            written += [f"{indent}expected: {one.expected}", f"{indent}→ {one.fix}"]
    return written


def _examined(platform: str | None, enterprise: int | None) -> list[Part]:
    installation = Installation.from_environment()
    try:
        with database(installation, is_to_migrate=False) as found:
            os.environ.update(environment(installation, found.app_url))
            public_url = os.environ.get("QUNLIAN_PUBLIC_URL", "")
            own = examine_installation(found, installation.home, public_url)
            parts = [Part("Installation", tuple(own))]
            if all(one.state is not State.WRONG for one in own if one.check == "migrations"):
                parts += _platforms(platform, enterprise)
            return parts
    except (psycopg.OperationalError, ServerTrouble, CannotProvision) as trouble:
        return [Part("Installation", (unreachable(trouble),))]


def _platforms(platform: str | None, enterprise: int | None) -> list[Part]:
    import django  # noqa: PLC0415  (needs the environment)

    django.setup()
    from django.utils import translation  # noqa: PLC0415

    from qunlian.channel.queries.actors import enterprise_ids  # noqa: PLC0415
    from qunlian.insight.queries import doctor  # noqa: PLC0415
    from qunlian.kernel import clock  # noqa: PLC0415
    from qunlian.kernel.actor import system_actor  # noqa: PLC0415

    if platform and platform not in doctor.examinable():
        raise click.UsageError(f"can be examined: {', '.join(doctor.examinable())}")
    parts = []
    with translation.override("en"):
        for enterprise_id in enterprise_ids():
            if enterprise not in (None, enterprise_id):
                continue
            actor = system_actor(enterprise_id)
            for name in [platform] if platform else doctor.examinable():
                if platform or doctor.is_set_up(actor, name):
                    found = doctor.examine_platform(actor, name, now=clock.now())
                    parts.append(Part(f"{name}, enterprise {enterprise_id}", found))
    return parts
