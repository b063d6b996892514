"""What the demo tells at its end: who is served and who is not, what it costs, what people read, what to do next."""

from rich.console import Console
from rich.table import Table

from mobile_passport.demo_outputs import Outputs
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.domain.secret import mask_phone
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.services.plans.measure_comfort import measure_comfort
from mobile_passport.services.world import World


def print_summary(console: Console, world: World, view: PlanView, outputs: Outputs) -> None:
    """Print everything."""
    with world.database.reading() as session:
        requests = Requests(session, world.vault, world.kanim)
        people, places = requests.count_by_status(), requests.to_review()
    waiting_for_place = sum(place.people for place in places)
    asked = sum(people.values())
    console.print()
    console.print(f"[bold]Plan, version {view.version}[/] ({view.first_date:%d %b %Y} to {view.last_date:%d %b %Y})")
    figures = Table.grid(padding=(0, 2))
    figures.add_column(justify="right", style="bold")
    figures.add_column()
    for figure, meaning in (
        (str(asked), "people asked for"),
        (str(view.served), f"have a slot, on {len(view.days)} days"),
        (str(view.proposed), "are proposed for places that nobody has surveyed yet: listed below, not told"),
        (str(view.left_out), "could not be placed, reasons below"),
        (str(waiting_for_place), f"wait until somebody says where their place is ({len(places)} requests)"),
        (
            str(people.get(ApplicantStatus.OFFICE, 0)),
            "have to come to the office (lost, damaged, data change, too young)",
        ),
        (f"{view.distance_m / 1000:,.0f} km", f"driven in {view.travel_s / 3600:,.0f} h (estimated travel times)"),
        (_proof(view), "from the best possible plan, proved" if view.gap is not None else "no bound proved"),
    ):
        figures.add_row(figure, meaning)
    console.print(figures)
    _print_comfort(console, world, view)
    _print_proposals(console, view)
    _print_left_out(console, view)
    if places:
        console.print("\n[bold]Places to settle[/] (mobile-passport places)")
        for place in places:
            console.print(f"  {place.reference}  {place.people:3} people  “{place.place_text}”")
    console.print("\n[bold]First messages[/] (simulated)")
    for message in outputs.first_messages:
        console.print(f"  [dim]{mask_phone(message.to.reveal())}[/]  {message.body.reveal()}\n")
    console.print(f"[bold]Messages[/]: {_counts(outputs.message_states)}; {outputs.calls} people to be called instead")
    console.print("\n[bold]Written[/]")
    for path in outputs.paths:
        console.print(f"  {path}")
    console.print("\n[bold]Next[/]: make serve  →  http://127.0.0.1:8000")
    console.print(f"To sign in as clerk, planner or driver: {outputs.folder / 'accounts.txt'}")


def _print_comfort(console: Console, world: World, view: PlanView) -> None:
    comfort = measure_comfort(world, view.version)
    if comfort is None or comfort.people == 0:
        return
    console.print(f"\n[bold]What the {comfort.people:,} people on a route are spared[/]")
    figures = Table.grid(padding=(0, 2))
    figures.add_column(justify="right", style="bold")
    figures.add_column()
    figures.add_row(
        f"{comfort.hours_to_office:,.0f} → {comfort.hours_to_venues:,.0f} h",
        "person-hours travelled one way: all to the office → to their venues and homes (estimated travel times)",
    )
    figures.add_row(
        f"{comfort.waiting_at_opening_s / 60:.0f} → {comfort.waiting_by_slot_s / 60:.0f} min",
        "mean waiting in line at venues: all at the opening → at their slots (simulated with nominal minutes)",
    )
    figures.add_row(f"{comfort.consecutive} of {comfort.split}", "groups of several days have them in a row")
    console.print(figures)


def _print_proposals(console: Console, view: PlanView) -> None:
    proposals = [stop for day in view.days for route in day.routes for stop in route.stops if not stop.is_surveyed]
    if not proposals:
        return
    console.print("\n[bold]Places to survey[/] (mobile-passport venues FILE; then plan and publish again)")
    for stop in proposals:
        console.print(f"  {stop.visit}  {stop.people:3} people  {stop.starts_at:%d %b %Y}  {stop.place}")


def _print_left_out(console: Console, view: PlanView) -> None:
    if not view.unserved:
        return
    console.print("\n[bold]Could not be placed[/]")
    for item in view.unserved:
        console.print(f"  {item.visit}  {item.people:3} people  {item.place}")
        console.print(
            f"         [dim]{item.detail}[/]" + (f" [dim]Would help: {item.change}[/]" if item.change else "")
        )


def _proof(view: PlanView) -> str:
    return "–" if view.gap is None else f"{view.gap:.2%}"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {state.lower()}" for state, count in counts.items())
