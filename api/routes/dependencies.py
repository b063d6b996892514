"""What routes work with, taken from the application they run in."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from api.kept import Kept
from api.plan_reader import PlanReader
from mobile_passport.clock import utc_now
from mobile_passport.domain.audit_checkpoint import Checkpoint
from mobile_passport.messaging.desk import Desk
from mobile_passport.services.audit.audit_log import Witness
from mobile_passport.services.requests.show_queue import Queue
from mobile_passport.services.rules.in_force import RulesInForce
from mobile_passport.services.world import World


def _office(request: Request) -> World:
    follower: RulesInForce = request.app.state.rules
    return follower.of(request.app.state.world)


def _world(office: Annotated[World, Depends(_office)]) -> World:
    return replace(office, database=office.database.for_callers())


def _desk(request: Request) -> Desk:
    follower: RulesInForce = request.app.state.rules
    return follower.desk_of(request.app.state.world, request.app.state.desk)


def _plans(request: Request) -> PlanReader:
    plans: PlanReader = request.app.state.plans
    return plans


def _queue(request: Request) -> Kept[Queue]:
    queue: Kept[Queue] = request.app.state.queue
    return queue


def _checkpoints(request: Request) -> tuple[Checkpoint, ...]:
    witness: Witness | None = request.app.state.witness
    world: World = request.app.state.world
    return witness.checkpoints(world.kanim) if witness else ()


WorldDep = Annotated[World, Depends(_world)]
"""The world by the rules that hold now, one for the whole request, as whoever asks may see it.

`api.identity` finds out how far; until then it shows no requests or people.
"""
OfficeDep = Annotated[World, Depends(_office)]
"""The world as the office sees it: where no account asks, but a token that opens exactly one thing."""
DeskDep = Annotated[Desk, Depends(_desk)]
"""The message desk by the rules that hold now."""
PlansDep = Annotated[PlanReader, Depends(_plans)]
NowDep = Annotated[datetime, Depends(utc_now)]
QueueDep = Annotated[Kept[Queue], Depends(_queue)]
CheckpointsDep = Annotated[tuple[Checkpoint, ...], Depends(_checkpoints)]
"""Signed ends of the audit log that are kept outside the database, the earliest first."""
