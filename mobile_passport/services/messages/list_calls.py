"""Whom a person of the office has to call, why, and what to say."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from itertools import chain
from uuid import UUID

from mobile_passport.domain.call import CallOutcome, MadeCall
from mobile_passport.domain.link import GIVES_UP_PLACE, Answer
from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.texts import Texts
from mobile_passport.persistence.messages.calls_made import CallsMade
from mobile_passport.persistence.messages.link_answers import GivenAnswer, LinkAnswers
from mobile_passport.persistence.messages.message_calls import MessageCalls, Troubled
from mobile_passport.persistence.messages.message_facts import AppointmentFacts, Contact, MessageFacts, RequestFacts
from mobile_passport.persistence.messages.passports import Passports, WaitingPassport
from mobile_passport.rules.messages import Says

HORIZON = timedelta(days=400)
APPOINTMENT, CANCELLATION, PASSPORT = "appointment", "cancellation", "passport"
_NO_MARKER = "-"
_CALLED_ABOUT = frozenset({Answer.MOVE, Answer.NOT_THAT_DAY, Answer.WRONG_NUMBER})
_NOT_TOLD, _UNANSWERED = "not_told", "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call to make.

    Attributes
    ----------
    applicant_id, request_id
        Whom it is about; a call to the contact of a request is about no person.
    about
        ``appointment``, ``cancellation`` of one, ``passport``, or the kind of message that did not reach a contact.
    phone
        The person's own, or a carer's; ``None`` when there is none, or it is somebody else's: the contact of the
        request knows how to reach them.
    contact
        Of the request; its ``phone`` is ``None``, too, once it turned out to be wrong.
    reason
        ``no_phone``, ``no_receipt``, ``unanswered``, an answer and its cause (``move:away``), or the state of the
        message and its cause: ``undelivered:undelivered_30003``.
    say
        What the message says without its link, or would have said, or what the answer calls for. Who is told of one
        day and place under one number is told in the same words.
    revision
        Of the appointment, or of what the contact was told.
    urgent_until
        The slot, before which the call has to be made; ``None`` for calls to contacts.
    asked_at
        When the answer was given that the call is about.
    last
        The call made before, whose date to try again has come, or which met a wrong number.
    """

    applicant_id: UUID | None
    request_id: UUID
    name: Secret[str] | None
    phone: Secret[str] | None
    reason: str
    say: Secret[str]
    about: str
    revision: int
    urgent_until: datetime | None
    contact: Contact
    asked_at: datetime | None = None
    last: MadeCall | None = None

    @property
    def number(self) -> Secret[str] | None:
        """Number to dial: the person's own, else that of the contact; ``None`` when nobody knows one."""
        return self.phone or self.contact.phone

    @property
    def key(self) -> str:
        """Name of the entry: another revision, answer or occasion makes another one; why nothing arrived does not."""
        if self.asked_at is not None:
            occasion = f"{self.reason} {self.asked_at.astimezone(UTC).isoformat()}"
        else:
            occasion = _UNANSWERED if self.reason == _UNANSWERED else _NOT_TOLD
        parts = (self.request_id, self.applicant_id, self.about, self.revision, occasion)
        return sha256(" ".join(map(str, parts)).encode()).hexdigest()[:32]


def list_calls(desk: Desk) -> tuple[Call, ...]:
    """Compute the call list, most urgent first.

    A person is on it while the appointment lies ahead and nothing about its present revision was delivered; a reminder
    that failed counts only when nothing else arrived either. So is whose appointment was taken back without their
    certainly knowing, who asked for another day, gave up the place or has another number, and, some days before, who
    has not answered. Who has said that they come is not called. Who could not be told that a passport waits is called
    until it is collected, and a contact until the next message about the plan, or until the visits are over. What a
    call has settled is not listed, and who was not reached again on the date that was noted.
    """
    with desk.database.transaction() as session:
        now = desk.now(session)
        facts = MessageFacts(session, desk.vault, desk.kanim)
        calls = MessageCalls(session, desk.vault, desk.kanim)
        troubled = calls.troubled(silent_since=now - timedelta(seconds=desk.rules.care.silent_after_s))
        today = now.astimezone(desk.office.zone).date()
        passports = Passports(session, desk.kanim).waiting(first=today, last=today + HORIZON)
        people = {one.applicant_id for one in troubled if one.applicant_id} | {one.person for one in passports}
        reached = calls.reached(people)
        ahead = facts.active_between(now, now + HORIZON)
        taken_back = facts.taken_back_between(now, now + HORIZON)
        answers = LinkAnswers(session, desk.kanim)
        asking = answers.saying(_CALLED_ABOUT, since=now - HORIZON)
        given = answers.of(people | {one.applicant_id for one in (*ahead, *taken_back)})
        appointments = facts.appointments_of(people | {one.applicant_id for one in asking})
        made = CallsMade(session, desk.kanim).last_since(now - HORIZON)
        missed = {one.request_id for one in troubled if one.request_id}
        requests = {one.request_id: one for one in facts.requests(missed)}
        about_requests = {one.request_id for one in (*ahead, *taken_back, *appointments.values())} | missed
        contacts = facts.contacts(about_requests)
        last_said = calls.last_to_contacts([desk.rules.kind(says).name for says in (Says.GROUP, Says.GROUP_CHANGE)])
    sheet = _Sheet(desk=desk, texts=Texts(desk.rules, desk.office, desk.public_url), contacts=contacts)
    coming = {about for about, one in given.items() if one.answer is Answer.COMING}
    gave_up = {about for about, one in given.items() if one.answer in GIVES_UP_PLACE}
    listed: dict[UUID, Call] = {}
    for call in chain(
        _about_answers(sheet, asking, appointments, now),
        _without_phone(sheet, ahead),
        _not_reached(sheet, troubled, appointments, reached, now),
        _taken_back(sheet, taken_back, troubled, made),
        _unanswered(sheet, ahead, given.keys(), now),
    ):
        settled = gave_up if call.about == CANCELLATION else coming
        about = call.applicant_id
        if about is not None and (about, call.revision) not in settled:
            listed.setdefault(about, call)
    passports_untold = _passports_untold(sheet, passports, troubled, appointments, reached)
    untold = {call.applicant_id: call for call in passports_untold}
    in_order = sorted(
        (listed | untold).values(), key=lambda call: (call.urgent_until or now, call.applicant_id or call.request_id)
    )
    to_contacts = _to_contacts(sheet, troubled, requests, last_said, now)
    found = (_after(call, made.get(call.key)) for call in (*in_order, *to_contacts))
    return tuple(call for call in found if call.last is None or call.last.is_still_open(today))


def _after(call: Call, last: MadeCall | None) -> Call:
    """Add the call made before; the number that turned out to be somebody else's is not shown again."""
    call = replace(call, last=last)
    return _without_number(call) if last is not None and last.outcome is CallOutcome.WRONG_NUMBER else call


def _without_number(call: Call) -> Call:
    """Forget the number that would be dialled, whose ever it was thought to be."""
    is_contacts = call.contact.phone == call.number
    return replace(call, phone=None, contact=replace(call.contact, phone=None) if is_contacts else call.contact)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What entries are written from."""

    desk: Desk
    texts: Texts
    contacts: Mapping[UUID, Contact]

    def call(self, about: AppointmentFacts, *, reason: str, say: str) -> Call:
        """Write an entry about somebody's appointment."""
        return Call(
            applicant_id=about.applicant_id,
            request_id=about.request_id,
            name=about.name,
            phone=about.phone,
            reason=reason,
            say=Secret(say),
            urgent_until=about.slot_at,
            contact=self.contacts[about.request_id],
            about=APPOINTMENT,
            revision=about.revision,
        )

    def calls(
        self, people: Iterable[AppointmentFacts], *, reason: str, write: Callable[[Sequence[AppointmentFacts]], str]
    ) -> Iterator[Call]:
        """Write entries by slot, with the same words for those of one day and place whom one number reaches."""
        by_slot = sorted(people, key=lambda one: (one.slot_at, one.applicant_id))
        groups: dict[tuple[object, ...], list[AppointmentFacts]] = defaultdict(list)
        for one in by_slot:
            day = one.slot_at.astimezone(self.desk.office.zone_at(one.village_code)).date()
            groups[(one.phone, one.request_id, one.visit_kind, one.venue, day)].append(one)
        for group in groups.values():
            say = write(group)
            yield from (self.call(one, reason=reason, say=say) for one in group)

    def in_message(self, says: Says) -> Callable[[Sequence[AppointmentFacts]], str]:
        """Say what a message would have said."""
        kind = self.desk.rules.kind(says)
        return lambda people: self.texts.spoken(self.texts.for_people(kind, people, _NO_MARKER).body)


def _about_answers(
    sheet: _Sheet,
    asking: Iterable[GivenAnswer],
    appointments: Mapping[UUID, AppointmentFacts],
    now: datetime,
) -> Iterator[Call]:
    wording = sheet.desk.rules.wording
    sentences = {
        Answer.MOVE: wording.moves,
        Answer.NOT_THAT_DAY: wording.gave_up,
        Answer.WRONG_NUMBER: wording.wrong_number,
    }
    for one in asking:
        about = appointments.get(one.applicant_id)
        if about is None or about.revision != one.revision or about.slot_at <= now:
            continue
        if about.is_active == (one.answer is Answer.NOT_THAT_DAY):
            continue
        reason = f"{one.answer}:{one.reason}" if one.reason else one.answer.value
        call = sheet.call(about, reason=reason, say=sentences[one.answer].format(when=sheet.texts.say_when([about])))
        if one.answer is Answer.WRONG_NUMBER and call.phone is not None:
            call = _without_number(call)
        yield replace(call, asked_at=one.at)


def _without_phone(sheet: _Sheet, ahead: Iterable[AppointmentFacts]) -> Iterator[Call]:
    without = (one for one in ahead if one.phone is None)
    yield from sheet.calls(without, reason="no_phone", write=sheet.in_message(Says.SLOT))


def _not_reached(
    sheet: _Sheet,
    troubled: Iterable[Troubled],
    appointments: Mapping[UUID, AppointmentFacts],
    reached: frozenset[tuple[UUID, int, str]],
    now: datetime,
) -> Iterator[Call]:
    """Find who was told nothing about what holds; word of a slot is none of its end."""
    end = sheet.desk.rules.kind(Says.CANCELLATION).name
    told = {(person, revision, kind == end) for person, revision, kind in reached}
    for trouble in troubled:
        is_end = trouble.kind == end
        if trouble.applicant_id is None or (trouble.applicant_id, trouble.revision, is_end) in told:
            continue
        about = appointments.get(trouble.applicant_id)
        if about is None or about.slot_at <= now or about.revision != trouble.revision or about.is_active == is_end:
            continue
        call = sheet.call(about, reason=trouble.reason, say=sheet.texts.spoken(trouble.body.reveal()))
        yield replace(call, about=CANCELLATION) if is_end else call


def _taken_back(
    sheet: _Sheet,
    taken_back: Iterable[AppointmentFacts],
    troubled: Iterable[Troubled],
    made: Mapping[str, MadeCall],
) -> Iterator[Call]:
    """Find who knows of a slot by word of mouth alone, from the contact or a call, and may come although it is gone."""
    say = sheet.in_message(Says.CANCELLATION)
    failed = {(one.applicant_id, one.revision): one.reason for one in troubled}
    for one in taken_back:
        reason = failed.get((one.applicant_id, one.revision))
        if one.phone is None or reason is None:
            continue
        call = sheet.call(one, reason=reason, say=say([one]))
        was_called = made.get(call.key)
        if was_called is not None and was_called.outcome is CallOutcome.COMES:
            yield replace(call, about=CANCELLATION)
    without = (one for one in taken_back if one.phone is None)
    for call in sheet.calls(without, reason="no_phone", write=say):
        yield replace(call, about=CANCELLATION)


def _passports_untold(
    sheet: _Sheet,
    passports: Iterable[WaitingPassport],
    troubled: Iterable[Troubled],
    appointments: Mapping[UUID, AppointmentFacts],
    reached: frozenset[tuple[UUID, int, str]],
) -> Iterator[Call]:
    """Find whose passport waits without their knowing: nothing arrived, or there is no phone."""
    about_passports = {sheet.desk.rules.kind(says).name for says in (Says.PASSPORT, Says.COLLECT)}
    told = {person for person, _, kind in reached if kind in about_passports}
    failed = {one.applicant_id: one for one in troubled if one.kind in about_passports}
    for passport in passports:
        about = appointments.get(passport.person)
        if about is None or passport.person in told or about.category in sheet.desk.rules.collect.handed_over_elsewhere:
            continue
        until = datetime.combine(passport.collect_by_date, time.max, tzinfo=sheet.desk.office.zone)
        if trouble := failed.get(passport.person):
            call = sheet.call(about, reason=trouble.reason, say=sheet.texts.spoken(trouble.body.reveal()))
            yield replace(call, about=PASSPORT, urgent_until=until)
        elif about.phone is None:
            kind = sheet.desk.rules.kind(Says.PASSPORT)
            say = sheet.texts.for_people(kind, [about], _NO_MARKER, until=passport.collect_by_date).body
            yield replace(
                sheet.call(about, reason="no_phone", say=sheet.texts.spoken(say)), about=PASSPORT, urgent_until=until
            )


def _unanswered(
    sheet: _Sheet, ahead: Iterable[AppointmentFacts], answered: Container[tuple[UUID, int]], now: datetime
) -> Iterator[Call]:
    zone = sheet.desk.office.zone
    last_date = now.astimezone(zone).date() + timedelta(days=sheet.desk.rules.links.ask_before_days)
    silent = (
        one
        for one in ahead
        if one.slot_at.astimezone(zone).date() <= last_date and (one.applicant_id, one.revision) not in answered
    )
    sentence = sheet.desk.rules.wording.unanswered
    yield from sheet.calls(
        silent, reason=_UNANSWERED, write=lambda people: sentence.format(when=sheet.texts.say_when(people))
    )


def _to_contacts(
    sheet: _Sheet,
    troubled: Iterable[Troubled],
    requests: Mapping[UUID, RequestFacts],
    last_said: Mapping[UUID, int],
    now: datetime,
) -> Iterator[Call]:
    """Find what did not reach a contact and still matters; their present number is called."""
    brief = {sheet.desk.rules.kind(says).name for says in (Says.PLACE_FREE, Says.GROUP_DOCUMENTS)}
    first = sheet.desk.rules.kind(Says.REQUEST).name
    for trouble in troubled:
        request = requests.get(trouble.request_id) if trouble.request_id else None
        if request is None:
            continue
        lies_ahead = any(about.slot_at > now for about in request.appointments)
        if trouble.kind in brief:
            matters = now < trouble.not_after
        elif trouble.kind == first:
            matters = request.request_id not in last_said and (lies_ahead or not request.appointments)
        else:
            is_last = trouble.revision == last_said.get(request.request_id)
            matters = is_last and (lies_ahead or now < trouble.not_after)
        if matters:
            yield _to_contact(sheet, trouble, request)


def _to_contact(sheet: _Sheet, trouble: Troubled, request: RequestFacts) -> Call:
    return Call(
        applicant_id=None,
        request_id=request.request_id,
        name=None,
        phone=request.contact_phone,
        reason=trouble.reason,
        say=Secret(sheet.texts.spoken(trouble.body.reveal())),
        urgent_until=None,
        contact=sheet.contacts[request.request_id],
        about=trouble.kind,
        revision=trouble.revision,
    )
