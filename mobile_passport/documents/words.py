"""Codes in the words of the people who read them."""

from collections.abc import Iterable

from mobile_passport.documents.formats import INDONESIAN, Formats
from mobile_passport.documents.sentences import sentence
from mobile_passport.domain.person import Need, PassportCase
from mobile_passport.domain.plan_view import PlanView, Punctuality, RouteView, StopView
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.sentence import Sentence
from optimizer.punctuality import Light

PASSPORT_CASES = {
    PassportCase.NEW: "baru",
    PassportCase.REPLACEMENT: "ganti",
    PassportCase.LOST: "hilang",
    PassportCase.DAMAGED: "rusak",
    PassportCase.DATA_CHANGE: "ubah data",
}
NEEDS = {
    Need.WHEELCHAIR: "kursi roda",
    Need.BEDRIDDEN: "di tempat tidur",
    Need.WALKING_AID: "alat bantu jalan",
    Need.VISUAL: "bantuan penglihatan",
    Need.HEARING: "bantuan pendengaran",
    Need.COGNITIVE: "dijawab pendamping",
    Need.PREGNANT: "hamil",
}
LIGHTS = {
    Light.GREEN: "+ biasanya tepat waktu",
    Light.AMBER: "~ kadang terlambat",
    Light.RED: "! sering terlambat",
}
"""A sign and words, so that nobody has to tell colours apart."""
CATEGORIES = {
    Category.HAJJ: "Jemaah haji",
    Category.ELDERLY_HOME: "Lansia dan orang sakit di rumah",
    Category.MIGRANT_WORKER: "Calon pekerja migran",
    Category.UMRAH: "Jemaah umrah",
    Category.OTHER: "Lainnya",
}
VISIT_KINDS = {VisitKind.COLLECTIVE: "layanan bersama", VisitKind.HOME: "kunjungan rumah"}
_WAIVERS = {
    "vulnerable_group": "kelompok rentan, boleh di bawah jumlah paling sedikit",
    "part_of_large_group": "bagian dari kelompok yang dilayani beberapa hari",
    "home_visit": "",  # the kind of visit says it already
}


def passport_case(code: str) -> str:
    """Say what a person asks for; an unknown code stays as it is."""
    return PASSPORT_CASES[PassportCase(code)] if code in set(PassportCase) else code


def need(code: str) -> str:
    """Say what a person needs; an unknown code stays as it is."""
    return NEEDS[Need(code)] if code in set(Need) else code


def waiver(code: str) -> str:
    """Say why fewer people may come, nothing when the kind of visit says it; an unknown code stays as it is."""
    return _WAIVERS.get(code, code)


def service_dates(plan: PlanView, formats: Formats = INDONESIAN) -> str:
    """Say from when to when teams go out; the planned dates while nobody does."""
    first, last = (plan.days[0].date, plan.days[-1].date) if plan.days else (plan.first_date, plan.last_date)
    return formats.date_span(first, last)


def punctuality(stop: StopView, expected: Punctuality) -> Sentence:
    """Say what the simulation found for a stop, and the buffer that would help."""
    share = round(100 * expected.on_time, 1)
    when = (
        sentence("datang dalam jam yang diberitahukan pada {share}% hari simulasi", share=share)
        if stop.kind is VisitKind.HOME
        else sentence(
            "mulai paling lambat {minutes} menit sesudah jamnya pada {share}% hari simulasi",
            minutes=expected.within_minutes,
            share=share,
        )
    )
    if not expected.buffer_minutes:
        return when
    return sentence("{when}; cadangan {minutes} menit disarankan", when=when, minutes=expected.buffer_minutes)


def lines_on_map(routes: Iterable[RouteView]) -> Sentence:
    """Say whether the lines of a map are roads; where only some are, that is said too."""
    found = {route.way is not None for route in routes}
    if found == {True}:
        return Sentence("Garis mengikuti jalan menurut peta jalan.")
    straight = Sentence("Garis lurus menunjukkan urutan kunjungan, bukan jalan yang dilalui.")
    return sentence("Garis berkelok mengikuti jalan. {straight}", straight=straight) if True in found else straight
