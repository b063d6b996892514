"""The planner's work from the command line: import requests, settle places, plan, publish.

The optimizer takes seconds to load, so only the commands that need it import it.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from mobile_passport.cli.surroundings import opened_world
from mobile_passport.clock import utc_now
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.intake.findings import RefusedFile
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.requests.import_requests import import_file
from mobile_passport.services.requests.settle_place import places_to_settle, settle_place

ACTOR = "command-line"
EXIT_REFUSED = 1


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command(name="import")(import_)
    app.command()(places)
    app.command()(plan)
    app.command()(publish)


def import_(
    files: Annotated[
        list[Path], typer.Argument(help="CSV, XLSX, XLS or ODS files of requests.", exists=True, dir_okay=False)
    ],
    received: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day on which the letters came; today by default.")
    ] = None,
    register: Annotated[
        bool, typer.Option("--register", help="The office's own register: believe its column of received dates.")
    ] = False,
) -> None:
    """Take in files of requests, each whole or not at all."""
    now, refused = utc_now(), 0
    with opened_world() as world:
        day = received.date() if received else now.astimezone(world.rulebook.office.zone).date()
        for file in files:
            try:
                summary = import_file(
                    file.read_bytes(),
                    file.name,
                    world,
                    received_date=day,
                    is_office_register=register,
                    actor=ACTOR,
                    now=now,
                )
            except RefusedFile as refusal:
                refused += 1
                typer.echo(f"{file}: refused, nothing was changed", err=True)
                for finding in refusal.findings:
                    typer.echo(f"  {finding}", err=True)
                continue
            typer.echo(
                f"{file}: {summary.requests} requests, {summary.people} people "
                f"({summary.office_cases} to the office), {summary.unchanged} known before"
            )
            for finding in summary.warnings:
                typer.echo(f"  {finding}")
    if refused:
        raise typer.Exit(EXIT_REFUSED)


def places(
    reference: Annotated[str | None, typer.Argument(help="Request whose place to settle.")] = None,
    village: Annotated[str | None, typer.Argument(help="Code of its village, ten digits.")] = None,
) -> None:
    """List requests whose place is unclear, or settle one: places BLI-2026-0007 3505110003."""
    with opened_world() as world:
        if reference and village:
            settled = settle_place(world, reference, village, actor=ACTOR, now=utc_now())
            typer.echo(f"{reference}: {settled.label}")
            return
        unclear = places_to_settle(world)
        for place in unclear:
            typer.echo(f"{place.reference}  {place.people} people  {place.verdict}: {place.place_text}")
            for candidate in place.candidates:
                typer.echo(
                    f"    {candidate['village_code'] or '-':10}  {candidate['confidence']:.2f}  {candidate['label']}"
                )
        if not unclear:
            typer.echo("Every place is clear.")


def plan(
    time_limit: Annotated[float, typer.Option(min=1.0, help="Seconds to search.")] = 60.0,
    seed: int = 1,
    threads: Annotated[int, typer.Option(min=1)] = 2,
) -> None:
    """Make a draft of the plan from everything that waits."""
    from mobile_passport.services.plans.plan_outreach import plan_outreach
    from optimizer.solve import Progress, SolveParams, warm_up

    warm_up()

    def tell(progress: Progress) -> None:
        typer.echo(f"  {progress.elapsed_s:5.0f} s  {progress.phase}: objective {progress.objective:.0f}", err=True)

    params = SolveParams(time_limit_s=time_limit, seed=seed, threads=threads, on_progress=tell)
    with opened_world() as world:
        head = plan_outreach(world, params, actor=ACTOR, now=utc_now())
        view = show_plan(world, head.version)
    if view:
        typer.echo(describe(view))
    typer.echo(f"Next: mobile-passport publish {head.version}")


def publish(
    version: int,
    replaces: Annotated[int | None, typer.Option(help="Version that is current now, when there is one.")] = None,
) -> None:
    """Make a draft the plan that holds; everyone whose appointment changes is told."""
    from mobile_passport.services.plans.publish_plan import publish_plan

    with opened_world() as world:
        publication = publish_plan(world, version, expected=replaces, actor=ACTOR, now=utc_now())
    typer.echo(
        f"Version {version} is published: {publication.promised} people got a slot, {publication.changed} another one, "
        f"{publication.cancelled} none; {publication.written.messages} messages are in the outbox."
    )


def describe(view: PlanView) -> str:
    """Say in a few lines what a plan does."""
    gap = "no bound proved" if view.gap is None else f"at most {view.gap:.1%} below the best possible"
    return (
        f"Version {view.version} ({view.status}), {view.first_date} to {view.last_date}: {view.served} people served "
        f"on {len(view.days)} days, {view.left_out} not served; {view.distance_m / 1000:.0f} km, "
        f"{view.travel_s / 3600:.1f} h on the road; {gap}."
    )
