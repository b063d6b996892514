"""Everything the environment decides, read once, in one place."""

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from mobile_passport.log_lines import LogFormat

DEVELOPMENT_SECRET = "development-only-secret-do-not-use"  # noqa: S105 - refused outside development, see below


class Environment(StrEnum):
    """Where the service runs."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class SmsProvider(StrEnum):
    """Who carries messages."""

    SIMULATED = "simulated"
    TWILIO = "twilio"


class GeocoderKind(StrEnum):
    """Who finds places."""

    OFFLINE = "offline"
    NOMINATIM = "nominatim"
    PHOTON = "photon"


class RouterKind(StrEnum):
    """Where travel times come from."""

    ESTIMATE = "estimate"
    OSRM_FILES = "osrm-files"
    OSRM = "osrm"
    VALHALLA = "valhalla"


class Settings(BaseSettings):
    """Settings of one deployment, from ``MP_*`` environment variables; the defaults need nothing installed.

    Attributes
    ----------
    rules_dir
        The office's own rule files: each replaces the shipped one of its name, until somebody edits that document on
        its page. From then on its newest edition in the database holds.
    old_secret_keys
        As a JSON list. Still open what they sealed; never seal anything. To replace ``secret_key``, put the new one
        here on every process, then swap them, run ``mobile-passport keys rotate``, and take the old one away.
    router_data
        Names the map behind a road server: change it when the server gets a new one, and no old answer is used.
    cache_dir
        Answers of road servers and online geocoders; may be deleted at any time.
    audit_dir, audit_key_file
        Where checkpoints of the audit log are kept, and the key that signs them: 64 hex digits, readable by the service
        alone. Without a file the key is derived from ``secret_key``, and changes with it.
    log_format
        ``plain`` or ``json``: one object a line.
    metrics_token
        With which another machine may read ``/metrics`` (``Authorization: Bearer``); without one, only this machine.
    trusted_proxies
        JSON list of addresses of our own proxies: what they say of a sender's address is believed.
    oidc_issuer, oidc_client_id, oidc_client_secret
        The office's own sign-in service (OpenID Connect); it sends people back to ``/masuk/kantor/kembali``.
    argon2_memory_kib, argon2_time_cost
        How dear one guess of a password is; the defaults are RFC 9106's for little memory. Never less in production.
    """

    model_config = SettingsConfigDict(env_prefix="MP_", frozen=True)

    environment: Environment = Environment.DEVELOPMENT
    office: str = "blitar"
    rules_dir: Path | None = None
    database_url: str = "sqlite:///var/mobile-passport.db"
    secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    old_secret_keys: tuple[SecretStr, ...] = ()
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: tuple[str, ...] = ()
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    argon2_memory_kib: int = 65_536
    argon2_time_cost: int = 3
    geocoder: GeocoderKind = GeocoderKind.OFFLINE
    geocoder_url: str | None = None
    router: RouterKind = RouterKind.ESTIMATE
    router_url: str | None = None
    router_data: str = ""
    roads_dir: Path = Path("var/roads")
    cache_dir: Path = Path("var/cache")
    audit_dir: Path = Path("var/audit")
    audit_key_file: Path | None = None
    log_format: LogFormat = LogFormat.PLAIN
    metrics_token: SecretStr | None = None
    sms_provider: SmsProvider = SmsProvider.SIMULATED
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_messaging_service_sid: str | None = None
    twilio_api_base_url: str | None = None

    @model_validator(mode="after")
    def _refuse_what_is_unsafe_or_incomplete(self) -> Self:
        if self.environment is not Environment.DEVELOPMENT and len(self.secret_key.get_secret_value()) < 32:
            raise ValueError("MP_SECRET_KEY must be a random secret of at least 32 characters outside development")
        if self.environment is not Environment.DEVELOPMENT and self.secret_key.get_secret_value() == DEVELOPMENT_SECRET:
            raise ValueError("MP_SECRET_KEY still has the development default; set a random secret")
        if self.environment is not Environment.DEVELOPMENT and (
            self.argon2_memory_kib < 19_456 or self.argon2_time_cost < 2
        ):  # OWASP Password Storage Cheat Sheet, read 2026-11-24: the least for argon2id
            raise ValueError("MP_ARGON2_MEMORY_KIB must be at least 19456 and MP_ARGON2_TIME_COST at least 2")
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret):
            raise ValueError("MP_OIDC_ISSUER needs MP_OIDC_CLIENT_ID and MP_OIDC_CLIENT_SECRET")
        if self.router in (RouterKind.OSRM, RouterKind.VALHALLA) and not self.router_url:
            raise ValueError(f"MP_ROUTER={self.router.value} needs MP_ROUTER_URL")
        if self.sms_provider is SmsProvider.TWILIO and not (
            self.twilio_account_sid and self.twilio_auth_token and self.twilio_messaging_service_sid
        ):
            raise ValueError(
                "MP_SMS_PROVIDER=twilio needs MP_TWILIO_ACCOUNT_SID, MP_TWILIO_AUTH_TOKEN and "
                "MP_TWILIO_MESSAGING_SERVICE_SID"
            )
        return self
