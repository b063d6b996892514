"""The sample season: what is committed is what the generator makes, what intake reads, and what was reported."""

import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import phonenumbers
import pytest
from phonenumbers import carrier
from python_calamine import CalamineWorkbook

from mobile_passport.domain.eligibility import EligibilityRules
from mobile_passport.domain.person import Need, PassportCase, PersonForm
from mobile_passport.domain.request import Category, RequestForm, VisitKind
from mobile_passport.geo.area import WorkingArea
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.geocoder import PlaceQuery
from mobile_passport.geo.offline import OfflineGeocoder
from mobile_passport.intake.findings import FindingCode
from mobile_passport.intake.parse import ParsedFile, parse_file
from mobile_passport.intake.rules import IntakeRules
from mobile_passport.rules.loading import load_rules
from mobile_passport.sample.generate import SampleRequest, committed_season, generate_season, write_season
from mobile_passport.sample.people import FIRST_INVENTED_SERIAL, INVENTED_PHONE_PREFIX
from mobile_passport.sample.season import SheetName

REGENCIES = ("3504", "3505", "3572")
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def season() -> tuple[SampleRequest, ...]:
    return generate_season()


@pytest.fixture(scope="module")
def requests(season: tuple[SampleRequest, ...]) -> tuple[RequestForm, ...]:
    return tuple(request.form for request in season)


@pytest.fixture(scope="module")
def people(requests: tuple[RequestForm, ...]) -> tuple[PersonForm, ...]:
    return tuple(person for request in requests for person in request.people)


@pytest.fixture(scope="module")
def parsed() -> dict[SheetName, ParsedFile]:
    rules = load_rules(IntakeRules, "intake", office="blitar")
    eligibility_rules = load_rules(EligibilityRules, "eligibility", office="blitar")
    return {
        name: parse_file(
            data,
            name,
            rules=rules,
            eligibility_rules=eligibility_rules,
            regency_codes=frozenset(REGENCIES),
            received_date=TODAY,
            is_office_register=True,
        )
        for name, data in committed_season().items()
    }


def sheets_of(data: bytes) -> list[object]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


@pytest.mark.parametrize("name", SheetName)
def test_the_committed_files_are_what_the_generator_makes(name: SheetName, season: tuple[SampleRequest, ...]) -> None:
    committed, made = committed_season()[name], write_season(season)[name]
    if name.endswith(".csv"):
        assert committed == made
    else:
        assert sheets_of(committed) == sheets_of(made)


def test_the_season_is_written_by_one_command(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "mobile_passport.sample", str(tmp_path / "season")], check=True)
    assert {path.name for path in (tmp_path / "season").iterdir()} == set(SheetName)


def test_another_seed_makes_other_people(season: tuple[SampleRequest, ...]) -> None:
    assert generate_season(2028)[0].form.people != season[0].form.people


@pytest.mark.parametrize("name", SheetName)
def test_intake_understands_every_hand(
    name: SheetName, season: tuple[SampleRequest, ...], parsed: dict[SheetName, ParsedFile]
) -> None:
    assert parsed[name].requests == tuple(request.form for request in season if request.sheet is name)


def test_the_files_are_small() -> None:
    assert sum(map(len, committed_season().values())) < 400_000


def test_the_season_has_the_reported_proportions(
    season: tuple[SampleRequest, ...], people: tuple[PersonForm, ...]
) -> None:
    """Hajj: 593 : 283 : 51 of 927, that is 64, 31 and 5 per cent; about 70 % are 60 or older."""
    assert 55 <= len(season) <= 65
    assert 1_150 <= len(people) <= 1_300
    hajj = [request for request in season if request.form.category is Category.HAJJ]
    total = sum(len(request.form.people) for request in hajj)
    shares = [
        sum(len(r.form.people) for r in hajj if r.village[0].startswith(regency)) / total for regency in REGENCIES
    ]
    assert shares == [pytest.approx(expected, abs=0.02) for expected in (0.64, 0.305, 0.055)]
    pilgrims = [person for request in hajj for person in request.form.people]
    assert 0.65 <= sum(person.age_on(TODAY) >= 60 for person in pilgrims) / len(pilgrims) <= 0.75


def test_the_season_has_what_makes_planning_hard(
    requests: tuple[RequestForm, ...], people: tuple[PersonForm, ...]
) -> None:
    sizes = [len(request.people) for request in requests if request.visit_kind is VisitKind.COLLECTIVE]
    assert max(sizes) > 160, "one request is too large for a day"
    assert sum(size < 30 for size in sizes) > 15, "many are below the minimum of a place and day"
    homes = [request for request in requests if request.visit_kind is VisitKind.HOME]
    assert len(homes) >= 10
    assert all(person.needs & {Need.BEDRIDDEN, Need.WHEELCHAIR} for request in homes for person in request.people)
    assert sum(person.phone is None for person in people) > 100
    with_phone = [person.phone for person in people if person.phone]
    assert len(set(with_phone)) < 0.9 * len(with_phone), "families share phones"
    assert sum(person.is_carer for person in people) > 20
    at_office = {PassportCase.LOST, PassportCase.DAMAGED, PassportCase.DATA_CHANGE}
    assert {person.passport_case for person in people} >= at_office
    assert max(person.age_on(TODAY) for person in people) >= 94


def test_dates_fit_the_season(requests: tuple[RequestForm, ...]) -> None:
    for request in requests:
        assert date(2026, 10, 1) <= request.received_date <= TODAY
        assert all(date(2026, 12, 1) <= day <= date(2027, 2, 28) for day in request.wished_dates)
        assert request.deadline_date is None or date(2026, 12, 1) <= request.deadline_date <= date(2027, 2, 28)


def test_nobody_real_is_meant(people: tuple[PersonForm, ...], requests: tuple[RequestForm, ...]) -> None:
    assert len({person.nik for person in people}) == len(people)
    assert all(int(person.nik.reveal()[-4:]) >= FIRST_INVENTED_SERIAL for person in people)
    phones = [person.phone for person in people if person.phone] + [request.contact_phone for request in requests]
    for phone in phones:
        number = phonenumbers.parse(phone.reveal())
        assert phone.reveal().startswith(INVENTED_PHONE_PREFIX)
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        assert carrier.name_for_number(number, "en") == ""


def test_the_carrier_table_does_know_real_prefixes() -> None:
    assert carrier.name_for_number(phonenumbers.parse("+6281234567890"), "en") == "Telkomsel"


def test_villages_exist(season: tuple[SampleRequest, ...]) -> None:
    gazetteer = Gazetteer.load(REGENCIES)
    for request in season:
        kecamatan, village = request.village
        assert village in {found.name for found in gazetteer.villages_of(kecamatan)}, request.village


def test_two_places_are_truly_ambiguous_and_the_others_are_found_as_meant(season: tuple[SampleRequest, ...]) -> None:
    area = load_rules(WorkingArea, "area", office="blitar")
    geocoder = OfflineGeocoder(
        Gazetteer.load(REGENCIES, anchors=area.anchors.villages),
        short_names=area.regencies.short_names,
        landmarks=area.landmarks,
    )
    ambiguous = []
    for request in season:
        best = geocoder.locate(PlaceQuery(text=request.form.place_text)).best
        if best is None or best.village is None:
            ambiguous.append(request.form.place_text)
        else:
            assert (best.village.kecamatan_code, best.village.name) == request.village
    assert ambiguous == ["Ds. Sidomulyo, Tulungagung", "Desa Sukorejo, Kab. Blitar"]


def test_warnings_of_the_season_are_those_that_clerks_meet(parsed: dict[SheetName, ParsedFile]) -> None:
    found = {warning.code for file in parsed.values() for warning in file.warnings}
    assert found >= {
        FindingCode.GUESSED_ENCODING,
        FindingCode.NIK_OTHER_REGION,
        FindingCode.NIK_OTHER_BIRTH_DATE,
        FindingCode.ROUTED_TO_OFFICE,
        FindingCode.PERSON_LANDLINE,
    }
