"""The group of commands: each file of this folder with a function ``command`` in it is one."""

import importlib
import sys
from pathlib import Path

import click

from qunlian.cli.embedded_postgres import ServerTrouble
from qunlian.cli.postgres_binaries import NoPostgres
from qunlian.cli.provision import CannotProvision

_FOLDER = Path(__file__).parent


class CommandFiles(click.Group):
    """Finds commands in files and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        texts = {path: path.read_text(encoding="utf-8") for path in _FOLDER.glob("*.py")}
        return sorted(
            path.stem.rstrip("_").replace("_", "-")
            for path, text in texts.items()
            if "\ndef command(" in text
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command's file."""
        if cmd_name not in self.list_commands(ctx):
            return None
        stem = cmd_name.replace("-", "_")
        stem = stem if (_FOLDER / f"{stem}.py").exists() else f"{stem}_"
        command = importlib.import_module(f"qunlian.cli.{stem}").command
        return command if isinstance(command, click.Command) else None


@click.group(cls=CommandFiles, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="qunlian")
def commands() -> None:
    """Qunlian: the channel as communities. Its home folder is QUNLIAN_HOME (default: ./var)."""


def main() -> None:
    """Run a command; say expected trouble in one plain message."""
    try:
        commands()
    except (ServerTrouble, NoPostgres, CannotProvision) as trouble:
        click.echo(f"qunlian: {trouble}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
