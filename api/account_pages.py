"""What the pages around signing in have in common: forms for people who are nobody yet, and what went wrong."""

import secrets
from datetime import datetime
from typing import Any

import segno
from fastapi import Request, Response
from markupsafe import Markup

from api.cookies import form_cookie, session_cookie, set_form_cookie, set_session_cookie
from api.csrf import csrf_token, refuse_cross_site
from api.errors import RETRY_AFTER_S, status_of
from api.i18n import language_of, texts
from api.rendering import page
from mobile_passport.domain.refusal import Busy, Refusal, TooManyAttempts
from mobile_passport.identity_provider import NotVouchedFor, ProviderUnreachable
from mobile_passport.services.accounts.own_password import InvitationEnded, WeakPassword
from mobile_passport.services.accounts.second_factor import WrongCode, enrolment
from mobile_passport.services.accounts.sign_in import Admission, WrongCredentials
from mobile_passport.services.world import World

NOT_THE_SAME = "Kedua kata sandi baru tidak sama."
_TROUBLE: dict[type[Refusal], str] = {
    WrongCredentials: "Nama akun atau kata sandi salah.",
    WrongCode: "Kode salah atau sudah dipakai. Tunggu kode berikutnya, lalu coba lagi.",
    TooManyAttempts: "Terlalu banyak percobaan yang gagal. Coba lagi beberapa menit lagi.",
    InvitationEnded: "Undangan ini sudah dipakai atau sudah lewat waktunya. Minta yang baru kepada pengelola akun.",
    WeakPassword: "Kata sandi ini mudah ditebak. Pilih yang lebih panjang, dengan kata-kata yang tidak berhubungan.",
    NotVouchedFor: "Akun kantor Anda belum terhubung dengan akun di sini. Hubungi pengelola akun.",
    ProviderUnreachable: "Layanan masuk kantor tidak menjawab. Coba lagi sebentar lagi, atau pakai kata sandi.",
    Busy: "Banyak orang sedang masuk. Coba lagi sebentar lagi.",
}
"""What a person reads; the first that fits."""
_MALFORMED = 422


def open_page(
    request: Request, world: World, template: str, trouble: Refusal | str | None = None, **values: Any
) -> Response:
    """Answer with a form for whoever is not signed in; it proves its origin by a cookie of chance."""
    chance = form_cookie(request, world.public_url) or secrets.token_urlsafe()
    answer = _page(request, world, template, trouble, csrf=csrf_token(chance), **values)
    set_form_cookie(answer, chance, public_url=world.public_url)
    return answer


def own_page(
    request: Request, world: World, template: str, trouble: Refusal | str | None = None, **values: Any
) -> Response:
    """Answer with a form for whoever has a session, be it one that waits for a code."""
    csrf = csrf_token(session_cookie(request, world.public_url))
    return _page(request, world, template, trouble, csrf=csrf, **values)


def code_page(
    request: Request, world: World, now: datetime, trouble: Refusal | None = None, *, onward: str
) -> Response:
    """Ask for the code, and show what to enrol with as long as that was not done.

    Raises
    ------
    NotSignedIn
        When the password has yet to be given.
    """
    enrol = enrolment(world, session_cookie(request, world.public_url), now=now)
    drawing = Markup(segno.make(enrol.uri.reveal()).svg_inline(scale=6)) if enrol else ""  # noqa: S704 - drawn here
    return own_page(request, world, "second_factor.html", trouble, enrolment=enrol, drawing=drawing, onward=onward)


def let_in(answer: Response, world: World, admission: Admission) -> Response:
    """Hand the browser its session along with an answer."""
    longest_s = world.account_rules.session.longest_s
    set_session_cookie(answer, admission.token.reveal(), public_url=world.public_url, longest_s=longest_s)
    return answer


def refuse_foreign_form(request: Request, world: World, cookie: str, presented: str) -> None:
    """Refuse a form that another site made, or that was made for another browser.

    Raises
    ------
    CrossSite
    """
    refuse_cross_site(request, cookie=cookie, presented=presented, public_url=world.public_url)


def _page(request: Request, world: World, template: str, trouble: Refusal | str | None, **values: Any) -> Response:
    say = texts(language_of(request)).gettext
    words, status = None, 200
    if isinstance(trouble, str):
        words, status = say(trouble), _MALFORMED
    elif trouble is not None:
        words = say(next(words for kind, words in _TROUBLE.items() if isinstance(trouble, kind)))
        status = status_of(trouble)
    answer = page(
        request,
        template,
        status_code=status,
        office=world.rulebook.office,
        shortest=world.account_rules.password.shortest,
        trouble=words,
        has_office_sign_in=world.identity_provider is not None,
        **values,
    )
    if isinstance(trouble, Busy):
        answer.headers["Retry-After"] = str(trouble.wait_s if isinstance(trouble, TooManyAttempts) else RETRY_AFTER_S)
    return answer
