"""Running the service: demo, serve, worker, migrate."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from mobile_passport.cli.surroundings import opened_world, settings
from mobile_passport.persistence import schema
from mobile_passport.services.audit.audit_witness import build_witness
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import build_world


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(demo)
    app.command()(serve)
    app.command()(worker)
    app.command()(migrate)


def demo(
    out: Annotated[Path, typer.Option(help="Folder for what the demo writes.")] = Path("out/demo"),
    time_limit: Annotated[float, typer.Option(min=1.0, help="Seconds for planning.")] = 20.0,
) -> None:
    """Run the main job on the shipped sample season: requests to published plan to messages."""
    from mobile_passport.demo import run_demo

    with opened_world() as world:
        run_demo(world, settings(), out=out, planning_limit_s=time_limit)


def serve(host: str = "127.0.0.1", port: int = 8000) -> None:
    """Show the current plan at http://127.0.0.1:8000."""
    with opened_world():
        pass  # the schema is current, or this says why not
    typer.echo(f"http://{host}:{port}  (Ctrl-C stops)")
    uvicorn.run(
        "api.main:make_app",
        factory=True,
        host=host,
        port=port,
        http="api.slow_clients:PunctualProtocol",
        proxy_headers=False,
        timeout_graceful_shutdown=25,
        log_config=None,  # its lines go the way of all others, through the mask
    )


def worker() -> None:
    """Replan nightly, write due reminders, send messages, witness the log; until SIGTERM."""
    from mobile_passport.jobs import run_worker

    with opened_world() as world:
        run_worker(world, build_desk(world, settings()), build_witness(settings()))


def migrate() -> None:
    """Bring the database to the schema of this version."""
    database = build_world(settings()).database
    schema.upgrade(database)
    database.close()
    typer.echo("The schema is current.")
