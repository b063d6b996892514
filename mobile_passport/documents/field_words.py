"""What field teams report, in the words of the people who read it."""

from mobile_passport.domain.field import REASONS, OperationType, Outcome, OutcomeReason

OUTCOMES = {
    Outcome.DONE: "selesai dilayani",
    Outcome.ABSENT: "tidak datang",
    Outcome.INCOMPLETE: "berkas belum lengkap",
    Outcome.DEFERRED: "ditunda",
    Outcome.REFUSED: "ditolak",
}
OUTCOME_REASONS = {
    OutcomeReason.DOCUMENT_MISSING: "dokumen kurang",
    OutcomeReason.DATA_MISMATCH: "data tidak cocok",
    OutcomeReason.QUESTIONING: "perlu wawancara lanjutan",
    OutcomeReason.OUTAGE: "jaringan, listrik, atau alat mati",
    OutcomeReason.NOT_ELIGIBLE: "tidak memenuhi syarat",
    OutcomeReason.FALSE_STATEMENT: "keterangan tidak benar",
    OutcomeReason.OTHER: "lain-lain",
}
OPERATIONS = {
    OperationType.ARRIVED: "tiba di tempat",
    OperationType.STARTED: "mulai melayani",
    OperationType.FINISHED: "selesai di tempat",
    OperationType.CHECK_IN: "hadir",
    OperationType.WALK_IN: "hadir tanpa janji",
    OperationType.NOTE: "catatan",
    OperationType.VOID: "pembatalan",
    OperationType.RESOLVE: "keputusan",
    **{OperationType(outcome.value): words for outcome, words in OUTCOMES.items()},
}
STATES = {
    "revoked": "ponsel dicabut",
    "foreign": "orang tim lain",
    "unreadable": "tidak dapat dibaca",
    "unknown": "janji tidak dikenal",
}
"""Why an operation is kept apart."""
DECISIONS: tuple[tuple[Outcome, OutcomeReason | None], ...] = tuple(
    (outcome, reason) for outcome in Outcome for reason in (sorted(REASONS[outcome]) if outcome in REASONS else (None,))
)
"""Everything that a supervisor may decide for."""
