"""What the demo leaves in a folder: plan, picture, run sheets, calendar and messages."""

from dataclasses import dataclass
from pathlib import Path

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.calendar_ics import plan_calendar
from mobile_passport.documents.picture import plan_png
from mobile_passport.documents.run_sheet import run_sheet_pdf
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.domain.secret import mask_phone
from mobile_passport.persistence.message_report import MessageReport
from mobile_passport.persistence.plans import Plans
from mobile_passport.persistence.simulated_sms import SimulatedLedger, SimulatedSms
from mobile_passport.services.run_sheets import run_sheets
from mobile_passport.services.world import World

SHOWN_MESSAGES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What was written, and what to show of it.

    Attributes
    ----------
    first_messages
        Number (masked) and text of the first messages.
    message_states
        How many messages stand in each state.
    """

    paths: tuple[Path, ...]
    first_messages: tuple[tuple[str, str], ...]
    message_states: dict[str, int]


def write_outputs(world: World, view: PlanView, out: Path) -> Outputs:
    """Write everything that is not there yet in just this form."""
    with world.database.reading() as session:
        problem_json, plan_json = Plans(session, world.kanim).documents(view.version)
        sent = SimulatedLedger(session, world.vault, world.kanim).all()
        states = MessageReport(session, world.kanim).count_by_state()
    documents: dict[str, bytes] = {
        "problem.json": problem_json.encode(),
        "plan.json": plan_json.encode(),
        "plan.png": plan_png(view, Basemap.of(world.gazetteer)),
        "plan.ics": plan_calendar(view),
        "messages.txt": "\n".join(f"{mask_phone(one.to.reveal())}  {one.body.reveal()}" for one in sent).encode(),
    }
    if view.days:
        first = view.days[0].date
        for sheet in run_sheets(world, first):
            name = f"run-sheet-{first.isoformat()}-{sheet.route.team}.pdf"
            documents[name] = run_sheet_pdf(sheet, Basemap.of(world.gazetteer))
    out.mkdir(parents=True, exist_ok=True)
    for name, content in documents.items():
        _write_if_changed(out / name, content)
    return Outputs(
        paths=tuple(out / name for name in documents),
        first_messages=tuple(map(_shown, sent[:SHOWN_MESSAGES])),
        message_states=states,
    )


def _shown(message: SimulatedSms) -> tuple[str, str]:
    return mask_phone(message.to.reveal()), message.body.reveal()


def _write_if_changed(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        path.write_bytes(content)
