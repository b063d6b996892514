"""Who witnesses the log of a deployment, from its settings."""

from mobile_passport.domain.audit_checkpoint import CheckpointKey
from mobile_passport.domain.refusal import Refusal
from mobile_passport.services.audit.audit_log import Witness
from mobile_passport.settings import Settings


class NoAuditKey(Refusal):
    """The file that ``MP_AUDIT_KEY_FILE`` names does not hold a key; the message says how to make one."""

    code = "no_audit_key"


def build_witness(settings: Settings) -> Witness:
    """Take the key from its own file, or derive it from the deployment's secret where there is none.

    Raises
    ------
    NoAuditKey
    """
    if settings.audit_key_file is None:
        key = CheckpointKey.derived(settings.secret_key.get_secret_value())
    else:
        try:
            key = CheckpointKey(bytes.fromhex(settings.audit_key_file.read_text(encoding="ascii").strip()))
        except (OSError, ValueError) as error:
            raise NoAuditKey(
                f"{settings.audit_key_file}: not a key of 64 hex digits; make one with: openssl rand -hex 32"
            ) from error
    return Witness(folder=settings.audit_dir, key=key)
