"""The message desk of a deployment, with the provider that its settings name."""

from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.provider import SmsProvider
from mobile_passport.messaging.simulated import SimulatedProvider
from mobile_passport.messaging.timing import MachineTiming, Timing
from mobile_passport.services.world import World
from mobile_passport.settings import Settings


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
    )
