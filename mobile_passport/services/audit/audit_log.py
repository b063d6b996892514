"""Witness the audit log outside the database, verify it, and hand it out.

The chain shows any change that is not recomputed to its end; checkpoints outside show that as well. Behind the last
checkpoint nothing does, so one is made every hour.
"""

import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mobile_passport.domain.audit_chain import GENESIS, Break, BreakKind, Walk, walk
from mobile_passport.domain.audit_checkpoint import BadCheckpoint, Checkpoint, CheckpointKey, OtherKey
from mobile_passport.domain.audit_export import read_lines, write_line
from mobile_passport.domain.refusal import Refusal
from mobile_passport.persistence.audit.audit_log import AuditLog
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.database import Database

log = logging.getLogger(__name__)


class BrokenLog(Refusal):
    """The log is not what was witnessed; no checkpoint is made of it. The message names the place."""

    code = "audit_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Where checkpoints are kept, and the key that signs them.

    Attributes
    ----------
    folder
        Outside the database; what it holds is to be copied on to where the database's administrators have no access.
    """

    folder: Path
    key: CheckpointKey

    def checkpoints(self, kanim: str) -> tuple[Checkpoint, ...]:
        """Return an office's checkpoints in the folder, the earliest first.

        Those by a key of before are left out: verify them with that key. The next one vouches for everything again.

        Raises
        ------
        BadCheckpoint
        """
        found: list[Checkpoint] = []
        for file in sorted(self.folder.glob(f"{kanim}-*.txt")) if self.folder.is_dir() else ():
            try:
                found += read_checkpoints([file], trusted_key=self.key.public)
            except OtherKey:
                log.warning("checkpoint by another key left out", extra={"kanim": kanim, "file": file.name})
        return tuple(found)

    def keep(self, checkpoint: Checkpoint) -> Path:
        """Write a checkpoint into the folder; a file is whole or not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{checkpoint.kanim}-{checkpoint.seq:010d}.txt"
        part = path.with_suffix(f".{os.getpid()}.part")
        with part.open("w", encoding="ascii") as file:
            file.write(checkpoint.text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        return path


def read_checkpoints(files: Iterable[Path], *, trusted_key: str) -> tuple[Checkpoint, ...]:
    """Read checkpoints from files, ascending.

    Raises
    ------
    OtherKey, BadCheckpoint
        Names the file.
    """
    checkpoints = []
    for file in files:
        try:
            checkpoints.append(Checkpoint.read(file.read_text(encoding="ascii"), trusted_key=trusted_key))
        except OtherKey as error:
            raise OtherKey(f"{file}: {error}; give its key with --key") from error
        except (BadCheckpoint, OSError, UnicodeDecodeError) as error:
            raise BadCheckpoint(f"{file}: {error}") from error
    return tuple(sorted(checkpoints, key=lambda checkpoint: checkpoint.seq))


def make_checkpoint(database: Database, kanim: str, witness: Witness, *, now: datetime) -> tuple[Checkpoint, Path]:
    """Sign where the log ends and keep that in the witness's folder.

    Only what follows the last checkpoint is read: the checkpoint before it vouches for the rest.

    Raises
    ------
    BrokenLog
        When the log does not follow from the last checkpoint.
    """
    known = witness.checkpoints(kanim)
    with database.reading() as session:
        audit = AuditLog(session, kanim)
        after, after_hash = (known[-1].seq, known[-1].hash) if known else (0, GENESIS)
        broken = walk(audit.records(after=after), {}, after=after, after_hash=after_hash).broken
        if audit.hash_at(after) != after_hash:
            broken = Break(kind=BreakKind.REWRITTEN, seq=after, sound_to=known[-2].seq if len(known) > 1 else 0)
        (seq, hash_), count = audit.head(), audit.count()
    if broken:
        raise BrokenLog(f"{describe_break(broken)}; keep the database as it is, and verify it with every checkpoint")
    checkpoint = witness.key.sign(kanim=kanim, seq=seq, count=count, hash_=hash_, at=now)
    return checkpoint, witness.keep(checkpoint)


def witness_log(database: Database, kanim: str, witness: Witness, *, now: datetime) -> None:
    """Make the hourly checkpoint; a broken log is told as an error and stops nothing else."""
    try:
        checkpoint, _ = make_checkpoint(database, kanim, witness, now=now)
    except (BrokenLog, BadCheckpoint) as refusal:
        log.error("audit log not witnessed", extra={"kanim": kanim, "why": str(refusal)})
    else:
        log.info("audit log witnessed", extra={"kanim": kanim, "seq": checkpoint.seq})


def verify_log(database: Database, kanim: str, checkpoints: Sequence[Checkpoint]) -> Walk:
    """Read the whole log and say where it is broken first, if it is."""
    with database.reading() as session:
        return walk(AuditLog(session, kanim).records(), _witnessed(checkpoints, kanim))


def verify_export(lines: Iterable[str], kanim: str, checkpoints: Sequence[Checkpoint]) -> Walk:
    """The same of an export, without any database.

    Raises
    ------
    UnreadableExport
        At the first line that is no record.
    """
    return walk(read_lines(lines), _witnessed(checkpoints, kanim))


def export_log(database: Database, kanim: str, file: Path, *, actor: str, now: datetime) -> int:
    """Write the log to a file, one record a line; the export itself is the last record in it.

    Returns
    -------
    int
        Records written.
    """
    with database.transaction() as session:
        write_audit(session, kanim=kanim, at=now, actor=actor, action="export_audit", subject=kanim, detail={})
    count = 0
    with database.reading() as session, file.open("w", encoding="utf-8", newline="\n") as out:
        for record in AuditLog(session, kanim).records():
            out.write(write_line(record) + "\n")
            count += 1
    return count


def describe_break(broken: Break) -> str:
    """Say where and how a log is broken."""
    if broken.kind is BreakKind.REWRITTEN:
        return f"record {broken.seq}: rewritten, together with what follows it or from record {broken.sound_to + 1} on"
    return f"record {broken.seq}: {broken.kind.value}; checkpoints vouch for records to {broken.sound_to}"


def _witnessed(checkpoints: Sequence[Checkpoint], kanim: str) -> dict[int, str]:
    witnessed: dict[int, str] = {}
    for checkpoint in checkpoints:
        if checkpoint.kanim != kanim:
            raise BadCheckpoint(f"checkpoint of record {checkpoint.seq}: belongs to {checkpoint.kanim}, not to {kanim}")
        if checkpoint.seq and witnessed.setdefault(checkpoint.seq, checkpoint.hash) != checkpoint.hash:
            raise BadCheckpoint(f"two checkpoints saw different records {checkpoint.seq}: the log was forked")
    return witnessed
