"""What every use case works with, built once from the settings."""

from dataclasses import dataclass

from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.geocoder import Geocoder
from mobile_passport.geo.leg_cache import FileLegCache
from mobile_passport.geo.measured import UnknownPlaces, measured_legs
from mobile_passport.geo.place_cache import FilePlaceCache
from mobile_passport.geo.travel import TravelTimes
from mobile_passport.geo.ways import RoadWays
from mobile_passport.geo.wiring import build_gazetteer, build_geocoder, build_road_engine, build_travel_times
from mobile_passport.identity_provider import IdentityProvider
from mobile_passport.intake.rules import IntakeRules
from mobile_passport.messaging.outbox import Outbox
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.patience import AT_LEISURE, Patience
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.persistence.rules.rule_editions import EditionHead
from mobile_passport.rules.accounts import AccountRules
from mobile_passport.rules.booking import BookingRules
from mobile_passport.rules.loading import InvalidRules, load_rules
from mobile_passport.rules.rulebook import Rulebook, load_rulebook
from mobile_passport.services.accounts.passwords import Passwords
from mobile_passport.settings import Environment, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The office's rules, its map, its database, its keys and its outbox.

    Attributes
    ----------
    public_url
        Where people reach the service, without a slash at the end.
    trusted_proxies
        Addresses whose ``X-Forwarded-For`` is believed.
    identity_provider
        The office's own sign-in service, if it has one.
    is_production
        Whether other people's data may be at stake.
    editions
        Editions of rules from the database that this world works by; where there is none, files hold.
    """

    rulebook: Rulebook
    database: Database
    vault: Vault
    gazetteer: Gazetteer
    geocoder: Geocoder
    travel_times: TravelTimes
    road_ways: RoadWays
    outbox: Outbox
    intake_rules: IntakeRules
    booking_rules: BookingRules
    account_rules: AccountRules
    passwords: Passwords
    public_url: str
    trusted_proxies: tuple[str, ...]
    identity_provider: IdentityProvider | None
    is_production: bool
    editions: tuple[EditionHead, ...] = ()

    @property
    def kanim(self) -> str:
        """Short name of the office, as in every table."""
        return self.rulebook.kanim


def build_world(settings: Settings, patience: Patience = AT_LEISURE) -> World:
    """Put everything together from the settings.

    Parameters
    ----------
    patience
        How long the database may take.

    Raises
    ------
    InvalidRules
        When a rule file is missing or wrong.
    RouterUnavailable
        When the road files that the settings name are not there.
    """
    rulebook = load_rulebook(settings.office, settings.rules_dir)
    engine = build_road_engine(
        settings.router.value, url=settings.router_url, directory=settings.roads_dir, version=settings.router_data
    )
    gazetteer = build_gazetteer(rulebook.area)
    try:
        measured = measured_legs(
            rulebook.travel.measured_legs, gazetteer=gazetteer, depot=rulebook.office.depot.position
        )
    except UnknownPlaces as error:
        raise InvalidRules(f"travel.toml: {error}") from error
    vault = Vault(settings.secret_key.get_secret_value(), [old.get_secret_value() for old in settings.old_secret_keys])
    return World(
        rulebook=rulebook,
        database=Database(settings.database_url, patience),
        vault=vault,
        gazetteer=gazetteer,
        geocoder=build_geocoder(
            settings.geocoder.value,
            area=rulebook.area,
            gazetteer=gazetteer,
            url=settings.geocoder_url,
            cache=FilePlaceCache(settings.cache_dir),
        ),
        travel_times=build_travel_times(
            rulebook.travel.estimate,
            gazetteer=gazetteer,
            engine=engine,
            cache=FileLegCache(settings.cache_dir),
            measured=measured,
        ),
        road_ways=RoadWays(engine),
        outbox=Outbox(
            kanim=rulebook.kanim,
            office=rulebook.office,
            rules=rulebook.messages,
            vault=vault,
            public_url=settings.public_url,
        ),
        intake_rules=load_rules(IntakeRules, "intake", office=settings.office, directory=settings.rules_dir),
        booking_rules=load_rules(BookingRules, "booking", office=settings.office, directory=settings.rules_dir),
        account_rules=load_rules(AccountRules, "accounts", office=settings.office, directory=settings.rules_dir),
        passwords=Passwords(memory_kib=settings.argon2_memory_kib, time_cost=settings.argon2_time_cost),
        public_url=settings.public_url.rstrip("/"),
        trusted_proxies=settings.trusted_proxies,
        identity_provider=_identity_provider(settings),
        is_production=settings.environment is Environment.PRODUCTION,
    )


def _identity_provider(settings: Settings) -> IdentityProvider | None:
    if not (settings.oidc_issuer and settings.oidc_client_id and settings.oidc_client_secret):
        return None
    return IdentityProvider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        redirect_uri=settings.public_url.rstrip("/") + "/masuk/kantor/kembali",
    )
