"""``qunlian createuser``: an enterprise's first log-in."""

import sys

import click

from qunlian.cli.runtime import say, serving


@click.command("createuser")
@click.argument("login")
@click.option("--enterprise", prompt="Name of the enterprise", help="The brand that starts here.")
@click.option("--name", prompt="Name of the person", help="Who logs in.")
def command(login: str, enterprise: str, name: str) -> None:
    """Found an enterprise whose headquarters logs in as LOGIN; all others are made in the console.

    The password is asked for, or read from standard input where nobody is there to type it.
    """
    password = _password()
    with serving():
        from qunlian.channel.actions.found_enterprise import (  # noqa: PLC0415  (needs Django)
            Founding,
            found_enterprise,
        )
        from qunlian.kernel import clock  # noqa: PLC0415

        founding = Founding(enterprise=enterprise, name=name, login=login, password=password)
        founded = found_enterprise(founding=founding, now=clock.now())
    say(f"Enterprise {founded.enterprise_id} is founded; {login} may log in.")


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")
