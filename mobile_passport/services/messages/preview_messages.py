"""What every kind of message looks like and costs, before any is sent."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from mobile_passport.domain.link import TOKEN_LETTERS
from mobile_passport.domain.message import Channel
from mobile_passport.domain.person import PassportCase
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.team_day import TeamDay, TeamStop
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.texts import Text, Texts
from mobile_passport.persistence.messages.message_facts import AppointmentFacts, RequestFacts
from mobile_passport.rules.channels import registered_wording
from mobile_passport.rules.messages import MessageKind, Says
from optimizer.problem import LatLon

_TO_CONTACT = frozenset({Says.REQUEST, Says.GROUP, Says.GROUP_CHANGE, Says.GROUP_DOCUMENTS})
_SLOT_AT = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
_UNTIL = date(2026, 12, 31)
_REF, _TOKEN = "K7M2Q9XT", "X" * TOKEN_LETTERS
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppPreview:
    """A kind of message on WhatsApp.

    Attributes
    ----------
    is_on
        Whether the kind goes there first.
    wording
        As it is handed in for approval, with numbered gaps.
    text
        With the sample values of the SMS.
    cost_rupiah
        Of one message.
    """

    is_on: bool
    wording: str
    text: str
    cost_rupiah: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One kind of message.

    Attributes
    ----------
    wording
        As it is registered with the operators, with its placeholders.
    text
        With sample values.
    cost_rupiah
        Of one SMS like the sample.
    whatsapp
        ``None`` for a kind without a template.
    """

    name: str
    version: int
    wording: str
    text: str
    segments: int
    cost_rupiah: int
    whatsapp: WhatsAppPreview | None


def preview_messages(desk: Desk) -> tuple[Preview, ...]:
    """Write every kind for a person, or a contact, who does not exist, in the order of ``messages.toml``."""
    texts = Texts(desk.rules, desk.office, desk.public_url)
    previews = []
    for kind in desk.rules.kinds:
        text = _sample(texts, kind)
        previews.append(
            Preview(
                name=kind.name,
                version=kind.version,
                wording=kind.text,
                text=text.body,
                segments=text.segments,
                cost_rupiah=desk.rules.rupiah_for(Channel.SMS, text.segments),
                whatsapp=_on_whatsapp(desk, kind, text),
            )
        )
    return tuple(previews)


def _sample(texts: Texts, kind: MessageKind) -> Text:
    if kind.says is Says.ROUTE:
        return texts.for_team(kind, "Unit 1", _team_day(), _REF)
    if kind.says is Says.PLACE_FREE:
        return texts.for_waiter(kind, _SLOT_AT.date(), 40, _SLOT_AT - timedelta(days=20), _REF)
    if kind.says in _TO_CONTACT:
        return texts.for_contact(kind, _request(), _REF)
    token = _TOKEN if kind.has_link else None
    return texts.for_people(kind, [_appointment()], _REF, token=token, until=_UNTIL)


def _on_whatsapp(desk: Desk, kind: MessageKind, text: Text) -> WhatsAppPreview | None:
    template = next((one for one in desk.rules.whatsapp.templates if one.kind == kind.name), None)
    if template is None:
        return None
    wording = registered_wording(kind.text, template, {name: text.values[name] for name in ("brand", "contact")})
    filled = wording
    for number, name in enumerate(template.variables, start=1):
        filled = filled.replace(f"{{{{{number}}}}}", text.values[name])
    return WhatsAppPreview(
        is_on=template.is_on,
        wording=wording,
        text=filled,
        cost_rupiah=desk.rules.rupiah_for(Channel.WHATSAPP, text.segments),
    )


def _team_day() -> TeamDay:
    stop = TeamStop(
        shift="",
        kind=VisitKind.COLLECTIVE,
        label="Balai Desa Contoh",
        position=LatLon(lat=0.0, lon=0.0),
        starts_at=_SLOT_AT,
    )
    return TeamDay(team="unit-1", day=_SLOT_AT.date(), stops=(stop,) * 3)


def _appointment() -> AppointmentFacts:
    return AppointmentFacts(
        applicant_id=_NOBODY,
        request_id=_NOBODY,
        revision=2,
        is_active=True,
        plan_version=2,
        visit_kind=VisitKind.COLLECTIVE,
        venue="Balai Desa Contoh",
        slot_at=_SLOT_AT,
        created_at=_SLOT_AT - timedelta(days=14),
        category=Category.UMRAH,
        passport_case=PassportCase.NEW,
        name=Secret("Siti Contoh"),
        phone=Secret("+6281200000000"),
    )


def _request() -> RequestFacts:
    return RequestFacts(
        request_id=_NOBODY,
        reference="BLT-2026-0001",
        contact_phone=Secret("+6281200000000"),
        total=40,
        appointments=(_appointment(),),
    )
