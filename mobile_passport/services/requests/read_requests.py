"""Look at requests and their people, as far as the caller sees."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Scope
from mobile_passport.domain.refusal import NotFound
from mobile_passport.persistence.requests.letters import LetterHead, Letters
from mobile_passport.persistence.requests.people import People, Person
from mobile_passport.services.world import World


def list_requests(
    world: World, scope: Scope, *, after: str, until: datetime, limit: int, needs_place: bool = False
) -> tuple[LetterHead, ...]:
    """Return requests by reference; see :meth:`Letters.page`."""
    with world.database.reading(scope) as session:
        return Letters(session, world.kanim).page(after=after, until=until, limit=limit, needs_place=needs_place)


def find_request(world: World, reference: str, scope: Scope) -> LetterHead:
    """Return one request.

    Raises
    ------
    NotFound
    """
    with world.database.reading(scope) as session:
        return known_request(session, world, reference)


def people_of(world: World, reference: str, scope: Scope) -> tuple[Person, ...]:
    """Return the people of a request, in the order of its list.

    Raises
    ------
    NotFound
    """
    with world.database.reading(scope) as session:
        known_request(session, world, reference)
        return People(session, world.vault, world.kanim).of_request(reference)


def find_person(world: World, person: UUID, scope: Scope) -> Person:
    """Return one person.

    Raises
    ------
    NotFound
    """
    with world.database.reading(scope) as session:
        return known_person(session, world, person)


def known_request(session: Session, world: World, reference: str, *, lock: bool = False) -> LetterHead:
    """Return a request that the transaction sees.

    Raises
    ------
    NotFound
    """
    found = Letters(session, world.kanim).get(reference, lock=lock)
    if found is None:
        raise NotFound("there is no such request; list the requests for their references")
    return found


def known_person(session: Session, world: World, person: UUID, *, lock: bool = False) -> Person:
    """Return a person that the transaction sees.

    Raises
    ------
    NotFound
    """
    found = People(session, world.vault, world.kanim).get(person, lock=lock)
    if found is None:
        raise NotFound("there is no such person; list the people of the request")
    return found
