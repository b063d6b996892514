"""A command loads what it needs, and the list of commands is what the modules say themselves."""

import os
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.main import get_group
from typer.testing import CliRunner

import mobile_passport.cli
from mobile_passport.cli.app import app
from mobile_passport.cli.commands import COMMANDS, load

RUN_ALL = """
import sys
from typer.testing import CliRunner
from mobile_passport.cli.app import app
for line in sys.argv[1:]:
    answer = CliRunner().invoke(app, line.split())
    assert answer.exit_code == 0, answer.output
{then}
print(*sorted(sys.modules))
"""
SERVE = "import api.main  # all that answers requests; `serve` has uvicorn import it, and a test cannot stop `serve`"


def loaded_by(*lines: str, folder: Path, then: str = "") -> set[str]:
    """Run commands one after the other in a process of their own; returns the packages that it has loaded then."""
    answer = subprocess.run(
        [sys.executable, "-c", RUN_ALL.format(then=then), *lines],
        env=os.environ | {"MP_DATABASE_URL": f"sqlite:///{folder}/test.db", "MP_AUDIT_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return set(answer.stdout.splitlines()[-1].split())


def test_the_list_of_commands_loads_neither_database_nor_solver(tmp_path: Path) -> None:
    loaded = loaded_by("--help", folder=tmp_path)
    assert "typer" in loaded
    assert {"sqlalchemy", "ortools", "numba", "fastapi", "mobile_passport.services"} & loaded == set()


def test_neither_daily_commands_nor_the_web_load_the_solver(tmp_path: Path) -> None:
    daily = ("user list", "venues", "messages status", "audit verify", "places")
    loaded = loaded_by(*daily, folder=tmp_path, then=SERVE)
    assert {"sqlalchemy", "api.routes.screens.plan_version", "optimizer.solve"} <= loaded
    assert {"ortools", "numba", "scipy", "pandas"} & loaded == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_listed_as_it_describes_itself(name: str) -> None:
    paragraph = load(name).help.split("\n\n")[0]
    assert COMMANDS[name].line == " ".join(paragraph.split())


def test_every_command_of_every_module_is_listed() -> None:
    listed = {(entry.module, name) for name, entry in COMMANDS.items()}
    found = set()
    for module in pkgutil.iter_modules(mobile_passport.cli.__path__):
        add_commands = getattr(import_module(f"mobile_passport.cli.{module.name}"), "add_commands", None)
        if add_commands is not None:
            part = typer.Typer()
            add_commands(part)
            found |= {(module.name, name) for name in get_group(part).commands}
    assert listed == found


def test_a_typing_error_is_answered_with_the_command_that_was_meant() -> None:
    answer = CliRunner().invoke(app, ["venue"])
    assert answer.exit_code == 2
    assert "Did you mean 'venues'?" in answer.output
