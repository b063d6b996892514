"""Replace the deployment's secret: everything it guards is put under the new one while the service runs."""

from collections.abc import Callable
from datetime import datetime
from operator import methodcaller
from typing import Any

from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.privacy.key_rotation import KeyRotation, Rotated
from mobile_passport.services.world import World

BATCH = 500


def rotate_keys(
    world: World, *, actor: str, now: datetime, batch: int = BATCH, on_batch: Callable[[Rotated], None] | None = None
) -> Rotated:
    """Wrap, seal and index anew whatever older secrets did, a batch a transaction; a repeat changes nothing.

    Stopped anywhere, the next run goes on where it was. Afterwards nothing needs ``MP_OLD_SECRET_KEYS`` any more.

    Parameters
    ----------
    on_batch
        Called with what was done so far.

    Raises
    ------
    CannotOpen
        When something was sealed with a secret that is neither the present one nor among the old ones.
    """
    total = Rotated()

    def run(step: Callable[[KeyRotation], Any]) -> Any:
        with world.database.transaction() as session:
            return step(KeyRotation(session, world.vault, world.kanim, batch=batch))

    def add(done: Rotated) -> bool:
        nonlocal total
        total += done
        if on_batch is not None:
            on_batch(total)
        return done != Rotated()

    for step in (KeyRotation.wrap_keys, KeyRotation.seal_persons, KeyRotation.seal_values):
        while add(run(step)):
            pass
    for index in ("index_persons", "index_messages", "index_simulated"):
        after: Any = None
        while True:
            done, after = run(methodcaller(index, after))
            add(done)
            if after is None:
                break
    with world.database.transaction() as session:
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=actor,
            action="rotate_keys",
            subject=world.kanim,
            detail={"keys": total.keys, "values": total.values, "indexes": total.indexes},
        )
    world.database.scrub()
    return total
