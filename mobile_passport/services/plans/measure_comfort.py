"""What a stored plan spares its people."""

from mobile_passport.domain.outreach_plan import RouteStop
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.planning.comfort import Comfort, comfort_of
from mobile_passport.planning.timetable import make_timetable
from mobile_passport.services.world import World


def measure_comfort(world: World, version: int) -> Comfort | None:
    """Measure a version of the plan; ``None`` when there is no such version."""
    with world.database.reading() as session:
        plans = Plans(session, world.kanim)
        head = plans.head(version)
        if head is None:
            return None
        visits = plans.visits(version).visits
        served = {
            member.applicant_id for visit in visits if isinstance(visit.outcome, RouteStop) for member in visit.members
        }
        requests = Requests(session, world.vault, world.kanim).waiting(served)
    timetable = make_timetable(world.rulebook, today=head.first_date)
    return comfort_of(visits, requests, timetable, world.rulebook, world.travel_times)
