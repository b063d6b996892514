"""Which command is in which module. A module is imported when its command runs, not before: some take seconds."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A command as the list of commands shows it.

    Attributes
    ----------
    module
        Of this package; its ``add_commands`` adds the command to an app.
    line
        What the command itself says about itself in its first sentence.
    """

    module: str
    line: str


COMMANDS = {
    "demo": Entry(
        module="running",
        line="Run the main job on the shipped sample season: requests to published plan to messages.",
    ),
    "serve": Entry(module="running", line="Show the current plan at http://127.0.0.1:8000."),
    "worker": Entry(
        module="running",
        line="Replan nightly, write due reminders, send messages, witness the log; until SIGTERM.",
    ),
    "migrate": Entry(module="running", line="Bring the database to the schema of this version."),
    "import": Entry(module="outreach", line="Take in files of requests, each whole or not at all."),
    "places": Entry(
        module="outreach",
        line="List requests whose place is unclear, or settle one: places BLI-2026-0007 3505110003.",
    ),
    "plan": Entry(module="outreach", line="Make a draft of the plan from everything that waits."),
    "publish": Entry(
        module="outreach", line="Make a draft the plan that holds; everyone whose appointment changes is told."
    ),
    "messages": Entry(module="messages", line="How messages stand, whom to call, stop and start the sender."),
    "venues": Entry(module="venues", line="List the register of venues, or take in a file of it, whole or not at all."),
    "roads": Entry(module="roads", line="Travel times from real roads."),
    "solve": Entry(module="optimizing", line="Plan routes for a planning problem (JSON)."),
    "check": Entry(
        module="optimizing",
        line="Check a plan against its problem: exit 0 and the objective, or exit 1 and every violation.",
    ),
    "gather": Entry(module="optimizing", line="Gather groups at venues (JSON)."),
    "audit": Entry(module="audit", line="The audit log: checkpoints, verification, export, order of service."),
    "keys": Entry(module="keys", line="The keys that personal data is sealed with."),
    "subjects": Entry(module="subjects", line="What persons ask about their own data; each within 3 x 24 hours."),
    "user": Entry(module="users", line="Who may sign in."),
    "organisation": Entry(module="users", line="Organisations whose coordinators sign in."),
    "durations": Entry(
        module="durations",
        line="Print durations as the office has them and as its teams report them. Nothing is changed: copy what "
        "convinces.",
    ),
}


class CommandsOnDemand(TyperGroup):
    """A group that knows its commands by name, and imports the module of the one that runs."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the arguments name, and load it."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in COMMANDS else listed, rest


def add_all(app: typer.Typer) -> None:
    """Make every command known to an app whose class is `CommandsOnDemand`."""
    for name, entry in COMMANDS.items():
        app.command(name, help=entry.line)(_not_loaded)


def load(name: str) -> Any:
    """Import the module of a command, and return the command."""
    module = typer.Typer()
    import_module(f"mobile_passport.cli.{COMMANDS[name].module}").add_commands(module)
    return get_group(module).commands[name]


def _not_loaded() -> None:
    """Stand in for a command in the list of commands."""
