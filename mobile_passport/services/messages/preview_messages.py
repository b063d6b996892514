"""What every kind of message looks like and costs, before any is sent."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from mobile_passport.domain.link import TOKEN_LETTERS
from mobile_passport.domain.person import PassportCase
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.texts import Texts
from mobile_passport.persistence.messages.message_facts import AppointmentFacts, RequestFacts
from mobile_passport.rules.messages import Says

_TO_CONTACT = frozenset({Says.REQUEST, Says.GROUP, Says.GROUP_CHANGE})
_SLOT_AT = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
_UNTIL = date(2026, 12, 31)
_REF, _TOKEN = "K7M2Q9XT", "X" * TOKEN_LETTERS
_NOBODY = UUID(int=0)


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
        Of one message like the sample.
    """

    name: str
    version: int
    wording: str
    text: str
    segments: int
    cost_rupiah: int


def preview_messages(desk: Desk) -> tuple[Preview, ...]:
    """Write every kind for a person, or a contact, who does not exist, in the order of ``messages.toml``."""
    texts = Texts(desk.rules, desk.office, desk.public_url)
    previews = []
    for kind in desk.rules.kinds:
        if kind.says in _TO_CONTACT:
            text = texts.for_contact(kind, _request(), _REF)
        else:
            token = _TOKEN if kind.has_link else None
            text = texts.for_people(kind, [_appointment()], _REF, token=token, until=_UNTIL)
        previews.append(
            Preview(
                name=kind.name,
                version=kind.version,
                wording=kind.text,
                text=text.body,
                segments=text.segments,
                cost_rupiah=text.segments * desk.rules.care.rupiah_a_segment,
            )
        )
    return tuple(previews)


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
