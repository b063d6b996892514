"""What people read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.person import PassportCase
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.gsm7 import segments, septets
from mobile_passport.messaging.texts import Texts, TextTooLong, given_name, say_date, say_time, shorten
from mobile_passport.persistence.messages.message_facts import AppointmentFacts, RequestFacts
from mobile_passport.rules.messages import Says
from tests.mobile_passport.messaging.bureau import OFFICE, PUBLIC_URL, RULES

WIB = ZoneInfo("Asia/Jakarta")
SLOT = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
TOKEN = "Zm9vYmFyLWJhei1xdXV4_A"
TEXTS = Texts(RULES, OFFICE, PUBLIC_URL)
OF_PEOPLE = (Says.SLOT, Says.CHANGE, Says.CANCELLATION, Says.REMINDER)


def facts(**changed: object) -> AppointmentFacts:
    one = AppointmentFacts(
        applicant_id=UUID(int=1),
        request_id=UUID(int=2),
        revision=1,
        is_active=True,
        plan_version=1,
        visit_kind=VisitKind.COLLECTIVE,
        venue="Balai Desa Karangsono",
        slot_at=SLOT,
        created_at=SLOT - timedelta(days=7),
        category=Category.HAJJ,
        passport_case=PassportCase.NEW,
        name=Secret("Siti Rahayu"),
        phone=Secret("+6281234567890"),
    )
    return replace(one, **changed)  # type: ignore[arg-type]  # names are checked by replace


def test_the_announcement_of_one_slot_reads_as_people_speak() -> None:
    text = TEXTS.for_people(RULES.kind(Says.SLOT), [facts()], "K7M2Q9XT", token=TOKEN)
    assert text.body == (
        "Imigrasi Blitar: Jadwal paspor Siti: Selasa 1 Desember 2026 08.30 WIB di Balai Desa Karangsono. "
        "Bawa KTP, KK, akta lahir/nikah/ijazah (asli+fotokopi), surat Kemenhaj/SPPH. "
        f"Jawab https://paspor.example/j/{TOKEN} Info {OFFICE.contact_phone}. Ref K7M2Q9XT"
    )
    assert text.segments == 2


def test_a_family_on_one_phone_is_counted_and_told_the_first_time() -> None:
    family = [facts(), facts(name=Secret("Budi Santosa"), slot_at=SLOT + timedelta(minutes=45))]
    body = TEXTS.for_people(RULES.kind(Says.SLOT), family, "K7M2Q9XT").body
    assert "2 orang (Siti, Budi): Selasa 1 Desember 2026 mulai 08.30 WIB" in body


def test_a_large_group_on_one_phone_is_only_counted() -> None:
    group = [facts(name=Secret(f"Nama{letter}")) for letter in "ABCDE"]
    body = TEXTS.for_people(RULES.kind(Says.SLOT), group, "K7M2Q9XT").body
    assert "5 orang:" in body
    assert "Nama" not in body


def test_a_change_says_that_it_replaces_what_was_said_before() -> None:
    body = TEXTS.for_people(RULES.kind(Says.CHANGE), [facts(revision=3)], "K7M2Q9XT").body
    assert "PERUBAHAN JADWAL ke-2" in body
    assert "Menggantikan pesan sebelumnya" in body


def test_a_home_visit_prints_no_address() -> None:
    home = facts(visit_kind=VisitKind.HOME, venue="Rumah Bu Siti, Jl. Melati 3", category=Category.ELDERLY_HOME)
    body = TEXTS.for_people(RULES.kind(Says.SLOT), [home], "K7M2Q9XT").body
    assert "petugas datang ke rumah" in body
    assert "Melati" not in body


def test_a_household_is_told_between_which_times_to_expect_the_team() -> None:
    at_home = facts(visit_kind=VisitKind.HOME, window_closes_at=SLOT + timedelta(minutes=45))
    family = [at_home, replace(at_home, name=Secret("Budi Santosa"))]
    for people in (family[:1], family):
        body = TEXTS.for_people(RULES.kind(Says.SLOT), people, "K7M2Q9XT").body
        assert "Selasa 1 Desember 2026 antara 08.30 dan 09.15 WIB petugas datang ke rumah." in body
    request = RequestFacts(
        request_id=UUID(int=2),
        reference="BLT-2026-0007",
        contact_phone=Secret("+6281200000001"),
        total=2,
        appointments=tuple(family),
    )
    body = TEXTS.for_contact(RULES.kind(Says.GROUP), request, "K7M2Q9XT").body
    assert "antara 08.30 dan 09.15 WIB petugas datang ke rumah" in body


def test_who_replaces_a_passport_brings_the_old_one() -> None:
    body = TEXTS.for_people(RULES.kind(Says.SLOT), [facts(passport_case=PassportCase.REPLACEMENT)], "K7M2Q9XT").body
    assert "paspor lama" in body


def test_the_contact_reads_how_many_of_the_group_are_placed() -> None:
    request = RequestFacts(
        request_id=UUID(int=2),
        reference="BLT-2026-0007",
        contact_phone=Secret("+6281200000001"),
        total=30,
        appointments=(facts(), facts(slot_at=SLOT + timedelta(days=1))),
    )
    body = TEXTS.for_contact(RULES.kind(Says.GROUP), request, "K7M2Q9XT").body
    assert "Permohonan BLT-2026-0007: 2 dari 30 orang terjadwal, mulai Selasa 1 Desember 2026 (2 hari)" in body


WORDS = st.text(min_size=1, max_size=120).filter(lambda text: bool(text.strip()))


@settings(max_examples=250, derandomize=True, deadline=None)
@given(
    says=st.sampled_from(OF_PEOPLE),
    names=st.lists(WORDS, min_size=1, max_size=4),
    venue=WORDS,
    slot_at=st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    category=st.sampled_from(Category),
    case=st.sampled_from([PassportCase.NEW, PassportCase.REPLACEMENT]),
    kind=st.sampled_from(VisitKind),
    revision=st.integers(1, 99),
)
def test_every_text_fits_two_segments_whatever_people_and_places_are_called(
    says: Says,
    names: list[str],
    venue: str,
    slot_at: datetime,
    category: Category,
    case: PassportCase,
    kind: VisitKind,
    revision: int,
) -> None:
    people = [
        facts(
            name=Secret(name),
            venue=venue,
            slot_at=slot_at,
            category=category,
            passport_case=case,
            visit_kind=kind,
            revision=revision,
        )
        for name in names
    ]
    text = TEXTS.for_people(RULES.kind(says), people, "K7M2Q9XT", token=TOKEN)
    assert (f"https://paspor.example/j/{TOKEN} " in text.body) == RULES.kind(says).has_link
    assert septets(text.body) == len(text.body) <= 306
    assert text.segments == segments(text.body) <= 2
    assert text.body.startswith("Imigrasi Blitar: ")
    assert text.body.endswith("Ref K7M2Q9XT")


def test_the_text_holds_neither_the_family_name_nor_the_phone() -> None:
    for says in OF_PEOPLE:
        body = TEXTS.for_people(RULES.kind(says), [facts()], "K7M2Q9XT").body
        assert "Rahayu" not in body
        assert "812345" not in body


def test_a_wording_that_leaves_no_room_for_the_venue_is_refused() -> None:
    wordy = replace(RULES.kind(Says.SLOT), text="{brand}: " + "kata " * 60 + "{place} {ref}")
    with pytest.raises(TextTooLong):
        Texts(replace(RULES, kinds=(wordy,)), OFFICE, PUBLIC_URL)


def test_an_address_that_leaves_no_room_for_links_is_refused_at_the_start() -> None:
    Texts(RULES, OFFICE, "https://" + "p" * 29)
    with pytest.raises(TextTooLong, match="shorter MP_PUBLIC_URL"):
        Texts(RULES, OFFICE, "https://" + "p" * 30)


def test_link_and_reference_are_taken_out_of_what_is_said_by_telephone() -> None:
    for says in (Says.SLOT, Says.CHANGE, Says.REMINDER):
        kind = RULES.kind(says)
        with_link = TEXTS.for_people(kind, [facts()], "K7M2Q9XT", token=TOKEN).body
        assert TOKEN in with_link
        for body in (with_link, TEXTS.for_people(kind, [facts()], "-").body):
            assert TEXTS.spoken(body) == TEXTS.for_people(kind, [facts()], "").body.removesuffix(" Ref")


@pytest.mark.parametrize(
    ("zone", "time"), [("Asia/Jakarta", "08.30 WIB"), ("Asia/Makassar", "09.30 WITA"), ("Asia/Jayapura", "10.30 WIT")]
)
def test_a_time_is_said_in_the_zone_of_the_place(zone: str, time: str) -> None:
    assert say_time(SLOT, ZoneInfo(zone)) == time


def test_the_date_is_that_of_the_place_not_of_greenwich() -> None:
    assert say_date(datetime(2026, 11, 30, 18, 0, tzinfo=UTC), WIB) == "Selasa 1 Desember 2026"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("SITI RAHAYU", "Siti"),
        ("M. Ilham", "M. Ilham"),
        ("H. Muhammad Nur", "H. Muhammad"),
        ("Suparmi", "Suparmi"),
        ("ꦱꦶꦠꦶ", "peserta"),
        ("A" * 60, "A" + "a" * 19),
    ],
)
def test_people_are_called_by_their_given_name(name: str, given: str) -> None:
    assert given_name(name) == given


def test_a_long_venue_is_cut_at_a_word_and_shows_it() -> None:
    assert shorten("Gedung Serba Guna Al Hikmah", 20) == "Gedung Serba Guna.."
    assert shorten("Balai Desa", 20) == "Balai Desa"
    assert shorten("X" * 30, 10) == "X" * 8 + ".."
