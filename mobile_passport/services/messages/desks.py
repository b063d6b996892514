"""The message desk of a deployment, with the provider that its settings name."""

from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.provider import SmsProvider
from mobile_passport.messaging.simulated import SimulatedProvider
from mobile_passport.messaging.timing import MachineTiming, Timing
from mobile_passport.messaging.twilio import TwilioProvider
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from mobile_passport.settings import SmsProvider as SmsProviderKind


def build_desk(world: World, settings: Settings, timing: Timing | None = None) -> Desk:
    """Put the message desk together.

    Parameters
    ----------
    timing
        Clocks of the sender; the machine's own by default.
    """
    clocks = timing or MachineTiming()
    return Desk(
        kanim=world.kanim,
        office=world.rulebook.office,
        rules=world.rulebook.messages,
        vault=world.vault,
        database=world.database,
        provider=_provider(world, settings, clocks),
        timing=clocks,
        public_url=world.public_url,
    )


def _provider(world: World, settings: Settings, timing: Timing) -> SmsProvider:
    if settings.sms_provider is SmsProviderKind.SIMULATED:
        return SimulatedProvider(database=world.database, vault=world.vault, kanim=world.kanim, timing=timing)
    return TwilioProvider(
        account_sid=settings.twilio_account_sid or "",
        auth_token=Secret(settings.twilio_auth_token.get_secret_value() if settings.twilio_auth_token else ""),
        service_sid=settings.twilio_messaging_service_sid or "",
        public_url=settings.public_url,
        api_base_url=settings.twilio_api_base_url,
    )
