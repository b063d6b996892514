"""What the demo leaves in a folder: plan, picture, run sheets, calendar and messages."""

from dataclasses import dataclass
from pathlib import Path

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.calendar_ics import plan_calendar
from mobile_passport.documents.picture import plan_png
from mobile_passport.documents.public_view import public_view
from mobile_passport.documents.run_sheet import run_sheet_pdf
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.domain.secret import mask_phone
from mobile_passport.messaging.desk import Desk
from mobile_passport.persistence.messages.message_report import Example, all_messages
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.services.field.run_sheets import run_sheets
from mobile_passport.services.messages.list_calls import list_calls
from mobile_passport.services.messages.watch_messages import watch_messages
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What was written, and what to show of it.

    Attributes
    ----------
    first_messages
        The first message of each kind.
    message_states
        How many messages stand in each state.
    calls
        People whom no message reaches, so that somebody has to call.
    """

    folder: Path
    paths: tuple[Path, ...]
    first_messages: tuple[Example, ...]
    message_states: dict[str, int]
    calls: int


def write_outputs(world: World, view: PlanView, desk: Desk, out: Path) -> Outputs:
    """Write everything that is not there yet in just this form."""
    with world.database.reading() as session:
        problem_json, plan_json = Plans(session, world.kanim).documents(view.version)
        messages = all_messages(session, world.vault, kanim=world.kanim)
    basemap = Basemap.of(world.gazetteer)
    documents: dict[str, bytes] = {
        "plan.json": plan_json.encode(),
        "problem.json": problem_json.encode(),
        "plan.png": plan_png(public_view(view, world.gazetteer), basemap),
        "plan.ics": plan_calendar(view),
        "messages.txt": "".join(f"{mask_phone(one.to.reveal())}  {one.body.reveal()}\n" for one in messages).encode(),
    }
    for day in view.days[:1]:
        for sheet in run_sheets(world, day.date):
            documents[f"run-sheet-{day.date.isoformat()}-{sheet.route.team}.pdf"] = run_sheet_pdf(sheet, basemap)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in documents.items():
        _write_if_changed(out / name, content)
    first = {one.kind: one for one in reversed(messages)}
    return Outputs(
        folder=out,
        paths=tuple(out / name for name in documents),
        first_messages=tuple(one for one in messages if first[one.kind] is one),
        message_states={state.value: count for state, count in watch_messages(desk).by_state.items()},
        calls=len(list_calls(desk)),
    )


def _write_if_changed(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        path.write_bytes(content)
