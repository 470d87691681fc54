"""The command `gradelbo`: a group whose commands are modules of `commands`, each imported when it is called."""

import io
import logging
import re
import sys
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

from autograder import __version__

__all__ = ["COMMANDS", "ROOT", "main", "project"]

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (  # a handout holds a few of them
    "check",
    "pack",
    "grade",
    "regrade",
    "suite",
    "rescore",
    "diff",
    "report",
    "gradebook",
    "notebooks",
    "show",
    "export",
    "new",
    "lint",
    "build",
    "freeze",
    "audit",
    "schema",
    "doctor",
    "demo",
)


def project(package: Path = ROOT, here: Path | None = None) -> Path:
    """The folder that commands work on: the checkout or handout around this package; where it was installed, `here`."""
    around = ("pyproject.toml", "reference", "public")
    return package if any((package / name).exists() for name in around) else (here or Path.cwd())


class Commands(click.Group):
    """The commands that are there, in the order of COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands whose modules are shipped here."""
        return [name for name in COMMANDS if find_spec(f"autograder.commands.{name}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = getattr(import_module(f"autograder.commands.{cmd_name}"), cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names; for one there is not, a UsageError with the nearest name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            raise click.UsageError(
                f"{error.message} Did you mean {near[0]!r}?" if near else error.message, ctx
            ) from None

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; where an argument is missing, the message has the example of the command's help."""
        try:
            return super().invoke(ctx)
        except click.MissingParameter as error:
            example = re.search(r"(?m)^ *(Example: .*)$", (error.ctx and error.ctx.command.help) or "")
            raise click.UsageError(
                " ".join((error.format_message(), *(example.groups() if example else ()))), error.ctx
            ) from None


@click.group("gradelbo", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gradelbo")
@click.option("-v", "--verbose", is_flag=True, help="Say on standard error what is going on.")
@click.pass_context
def main(ctx: click.Context, verbose: bool) -> None:
    """Grade homework on latent-variable models.

    Example: gradelbo grade handed_in/ --homework cs229-ps3 --results results.json
    """
    ctx.obj = ctx.obj or project()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks a sign shows another instead
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
