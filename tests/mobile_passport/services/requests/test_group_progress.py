"""What is told first of a group: where it stands, and how many people it has."""

import pytest
from sqlalchemy import select, update

from mobile_passport.domain.access import Role
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.tables import ApplicantRow, PlanMemberRow, PlanVisitRow
from mobile_passport.services.requests.group_progress import GroupProgress, GroupState, groups_of
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.accounts import account
from tests.mobile_passport.services.seasons import NOW, letter, person


def groups(world: World) -> dict[str, GroupProgress]:
    """Every group by the number of its letter, as the office reads it."""
    shown = groups_of(world, caller=account(world, Role.PLANNER), now=NOW).groups
    return {one.letter.external_reference: one for one in shown}


@pytest.mark.database("sqlite")
def test_a_group_whose_hall_nobody_has_surveyed_is_told_so_with_the_day_that_is_proposed(published: World) -> None:
    before = groups(published)
    assert {one.proposed for one in before.values()} == {None}
    hall = before["1/2026"].promised[0].place
    there = select(PlanMemberRow.applicant_id).join(PlanVisitRow).where(PlanVisitRow.venue == hall)
    with published.database.transaction() as session:
        session.execute(update(ApplicantRow).where(ApplicantRow.id.in_(there)).values(status=ApplicantStatus.WAITING))
    assert groups(published)["1/2026"].proposed is None  # they gave their slots back, at a place that is known
    with published.database.transaction() as session:
        session.execute(update(PlanVisitRow).where(PlanVisitRow.venue == hall).values(is_surveyed=False))
    group = groups(published)["1/2026"]
    assert group.state is GroupState.UNSURVEYED
    assert group.proposed
    assert group.proposed.place == hall
    assert group.proposed.starts_at > NOW


@pytest.mark.database("sqlite")
def test_who_was_withdrawn_counts_no_more_unless_everybody_was(surveyed: World) -> None:
    import_requests((letter("1/2026", "Desa Gogodeso", map(person, (1, 2, 3))),), surveyed, actor="test", now=NOW)
    counted = []
    for gone in (1, 3):
        with surveyed.database.transaction() as session:
            those = select(ApplicantRow.id).order_by(ApplicantRow.position).limit(gone).scalar_subquery()
            session.execute(
                update(ApplicantRow).where(ApplicantRow.id.in_(those)).values(status=ApplicantStatus.WITHDRAWN)
            )
        group = groups(surveyed)["1/2026"]
        counted.append((group.people, group.withdrawn))
    assert counted == [(2, 1), (3, 0)]
