"""Reading a file in a process of its own, with limits on memory and time: whatever is in it, the service lives on.

The process lives for one file. It gets no setting of the service, so it knows neither secret nor database.
"""

import os
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable, Container
from datetime import date
from threading import BoundedSemaphore
from typing import Any, BinaryIO

from mobile_passport.domain.eligibility import EligibilityRules
from mobile_passport.domain.refusal import Busy
from mobile_passport.intake.columns import Column
from mobile_passport.intake.findings import Finding, FindingCode, RefusedFile, refuse
from mobile_passport.intake.parse import ParsedFile, parse_file, read_list
from mobile_passport.intake.rules import IntakeRules, ParsingLimits
from mobile_passport.intake.table import Table

_FILES_AT_ONCE = BoundedSemaphore(2)  # their memory adds up
_PROCESS = "mobile_passport.intake.reading_process"
_OUT_OF_MEMORY = 3
_READERS: dict[str, Callable[..., object]] = {"parse_file": parse_file, "read_list": read_list}


def parse_file_apart(
    data: bytes,
    filename: str,
    *,
    rules: IntakeRules,
    eligibility_rules: EligibilityRules,
    regency_codes: frozenset[str],
    received_date: date,
    is_office_register: bool = False,
) -> ParsedFile:
    """Do what `parse_file` does, in a process of its own.

    Raises
    ------
    RefusedFile
        I114 when it takes more memory or time than the rules allow, too.
    Busy
        When as many files as may are being read already.
    """
    _refuse_large(data, rules)
    settings = {
        "rules": rules,
        "eligibility_rules": eligibility_rules,
        "regency_codes": regency_codes,
        "received_date": received_date,
        "is_office_register": is_office_register,
    }
    parsed: ParsedFile = _read_apart("parse_file", (data, filename), settings, rules.parsing)
    return parsed


def read_list_apart(
    data: bytes, filename: str, rules: IntakeRules, *, required: Container[Column]
) -> tuple[Table, tuple[Finding, ...]]:
    """Do what `read_list` does, in a process of its own.

    Raises
    ------
    RefusedFile
        I114 when it takes more memory or time than the rules allow, too.
    Busy
        When as many files as may are being read already.
    """
    _refuse_large(data, rules)
    found: tuple[Table, tuple[Finding, ...]] = _read_apart(
        "read_list", (data, filename, rules.files), {"required": required}, rules.parsing
    )
    return found


def _refuse_large(data: bytes, rules: IntakeRules) -> None:
    if len(data) > rules.files.maximum_bytes:  # not worth a process
        raise refuse(FindingCode.FILE_TOO_LARGE, limit=rules.files.maximum_bytes // 1_048_576)


def _read_apart(reader: str, arguments: tuple[object, ...], settings: dict[str, object], limits: ParsingLimits) -> Any:
    if not _FILES_AT_ONCE.acquire(timeout=limits.maximum_seconds):
        raise Busy("other files are being read right now; send it again in a moment")
    command = [sys.executable, "-P", "-m", _PROCESS, str(limits.maximum_memory_bytes), str(limits.maximum_seconds)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, arguments are two numbers, no shell
            command,
            input=pickle.dumps((reader, arguments, settings)),
            capture_output=True,
            timeout=limits.maximum_seconds,
            env={name: value for name, value in os.environ.items() if not name.startswith("MP_")},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise refuse(FindingCode.TOO_HARD_TO_READ) from None
    finally:
        _FILES_AT_ONCE.release()
    if done.returncode == _OUT_OF_MEMORY or done.returncode < 0:  # a signal: CPU time ran out, or an allocation failed
        raise refuse(FindingCode.TOO_HARD_TO_READ)
    if done.returncode:
        kind = done.stderr.decode(errors="replace").rstrip().rpartition("\n")[2].partition(":")[0]
        # What comes after the kind of error may be personal.
        raise ChildProcessError(f"reading a file ended with code {done.returncode}: {kind}")
    findings, answer = pickle.loads(done.stdout)  # noqa: S301 - written by our own module
    if findings is not None:
        raise RefusedFile(findings)
    return answer


def answer_one(source: BinaryIO, target: BinaryIO) -> int:
    """Read one file as asked for by ``source`` and answer to ``target``; returns an exit code."""
    try:
        reader, arguments, settings = pickle.load(source)  # noqa: S301 - written by our own module
        try:
            pickle.dump((None, _READERS[reader](*arguments, **settings)), target)
        except RefusedFile as refused:
            pickle.dump((refused.findings, None), target)
    except MemoryError:
        return _OUT_OF_MEMORY
    return 0


def limit_this_process(memory_bytes: int, seconds: int) -> None:
    """Bound this process for good: memory, CPU time, and no file may grow."""
    for what, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
