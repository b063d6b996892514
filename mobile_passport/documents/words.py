"""Codes in the words of the people who read them."""

from mobile_passport.documents.indonesian import date_span
from mobile_passport.domain.person import Need, PassportCase
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.domain.request import VisitKind

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
VISIT_KINDS = {VisitKind.COLLECTIVE: "layanan bersama", VisitKind.HOME: "kunjungan rumah"}
_WAIVERS = {
    "vulnerable_group": "kelompok rentan, boleh di bawah jumlah paling sedikit",
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


def service_dates(plan: PlanView) -> str:
    """Say from when to when teams go out; the planned dates while nobody does."""
    first, last = (plan.days[0].date, plan.days[-1].date) if plan.days else (plan.first_date, plan.last_date)
    return date_span(first, last)
