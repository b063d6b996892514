"""An office's own sign-in service: OpenID Connect with authorization code, PKCE and nonce.

It says who somebody is and nothing about what they may do. Every call has a time limit, and no answer is believed
before signature, issuer, audience, time and nonce were checked.
"""

import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from mobile_passport.domain.refusal import Busy, NotSignedIn

_SCOPE = "openid email"
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_TIMEOUT_S = 5.0
_CLOCK_ERROR_S = 60


class ProviderUnreachable(Busy):
    """The office's sign-in service does not answer."""

    code = "identity_provider_unreachable"


class NotVouchedFor(NotSignedIn):
    """The office's sign-in service did not say who it is, or not in a way that can be believed."""

    code = "not_vouched_for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """What has to be remembered while somebody is away signing in; ``url`` is where they go."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom the provider vouches for.

    Attributes
    ----------
    subject
        Issuer and the provider's own, unchanging name.
    email
        In small letters; ``None`` unless the provider verified it.
    """

    subject: str
    email: str | None


class IdentityProvider:
    """The provider that the settings name.

    Parameters
    ----------
    issuer
        As its tokens call it; its description lies below at ``/.well-known/openid-configuration``.
    redirect_uri
        Where it sends people back to.
    """

    def __init__(self, *, issuer: str, client_id: str, client_secret: str, redirect_uri: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri

    def depart(self) -> Departure:
        """Begin a sign-in.

        Raises
        ------
        ProviderUnreachable
        """
        nonce, verifier = secrets.token_urlsafe(), secrets.token_urlsafe(48)
        with self._client() as client:
            url, state = client.create_authorization_url(
                self._about["authorization_endpoint"], nonce=nonce, code_verifier=verifier
            )
        return Departure(url=url, state=state, nonce=nonce, verifier=verifier)

    def arrive(self, query: str, departure: Departure) -> Person:
        """Find out who came back.

        Parameters
        ----------
        query
            Of the address that they came back to.

        Raises
        ------
        NotVouchedFor, ProviderUnreachable
        """
        answer = {name: values[0] for name, values in parse_qs(query).items()}
        if not secrets.compare_digest(answer.get("state", ""), departure.state) or "code" not in answer:
            raise NotVouchedFor("the sign-in service did not confirm the sign-in; try again")
        try:
            with self._client() as client:
                token = client.fetch_token(
                    self._about["token_endpoint"], code=answer["code"], code_verifier=departure.verifier
                )
                claims = self._checked(token["id_token"], departure.nonce)
                about = claims if "email" in claims else self._user_info(client, claims["sub"])
        except RequestException as error:
            raise ProviderUnreachable("the sign-in service does not answer; try again in a moment") from error
        except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
            raise NotVouchedFor("the sign-in service gave an answer that cannot be believed") from error
        email = about.get("email") if about.get("email_verified") is True else None
        return Person(subject=f"{self._issuer}#{claims['sub']}", email=str(email).casefold() if email else None)

    def _checked(self, id_token: str, nonce: str) -> dict[str, Any]:
        with self._client() as client:
            keys = KeySet.import_key_set(client.request("GET", self._about["jwks_uri"], withhold_token=True).json())
        claims = jwt.decode(id_token, keys, algorithms=_ALGORITHMS).claims
        registry = jwt.JWTClaimsRegistry(
            leeway=_CLOCK_ERROR_S,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            sub={"essential": True},
        )
        registry.validate(claims)
        return claims

    def _user_info(self, client: OAuth2Session, subject: str) -> dict[str, Any]:
        about: dict[str, Any] = client.get(self._about["userinfo_endpoint"]).json()
        if about.get("sub") != subject:
            raise NotVouchedFor("the sign-in service spoke of two people")
        return about

    @cached_property
    def _about(self) -> dict[str, Any]:
        address = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            with self._client() as client:
                answer = client.request("GET", address, withhold_token=True)
                answer.raise_for_status()
                about: dict[str, Any] = answer.json()
        except (RequestException, ValueError) as error:
            raise ProviderUnreachable("the sign-in service does not answer; try again in a moment") from error
        if about.get("issuer") != self._issuer:
            raise ProviderUnreachable(f"{urlsplit(address).netloc} describes another issuer; check MP_OIDC_ISSUER")
        return about

    def _client(self) -> OAuth2Session:
        session = OAuth2Session(
            client_id=self._client_id,
            client_secret=self._client_secret,
            scope=_SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            default_timeout=_TIMEOUT_S,
        )
        session.max_redirects = 0  # its addresses are those of its description, and no others
        return session
