"""Starts worker processes quickly: everything is imported once, then each ``start`` on standard input is a fork.

Usage: ``python -m tests.mobile_passport.messaging.nursery DATABASE_URL PROVIDER_URL``. Answers each line with a pid.
"""

import os
import signal
import sys
import time
from dataclasses import replace
from datetime import time as day_time

from sqlalchemy.exc import DBAPIError

from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.timing import MachineTiming
from mobile_passport.messaging.twilio import TwilioProvider
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.rules.messages import MessageRules
from mobile_passport.services.messages.deliver_messages import deliver_messages
from tests.mobile_passport.messaging.bureau import KANIM, OFFICE, PUBLIC_URL, RULES, SECRET

ACCOUNT = "AC" + "0" * 32


def hasty_rules() -> MessageRules:
    """The shipped rules with seconds in place of minutes, at any hour, without the breaker."""
    pace = replace(RULES.pace("twilio"), per_second=500.0, send_deadline_s=1, quarantine_s=2, second_look_s=1)
    return replace(
        RULES,
        hours=replace(RULES.hours, opens=day_time.min, closes=day_time.max),
        care=replace(RULES.care, first_back_off_s=1, circuit_unknown_share=1.0),
        senders=(pace,),
    )


def work(database_url: str, provider_url: str) -> None:
    """Send until killed."""
    database = Database(database_url)
    provider = TwilioProvider(
        account_sid=ACCOUNT,
        auth_token=Secret("the auth token of the tests"),
        service_sid="MG" + "0" * 32,
        public_url="https://paspor.example",
        api_base_url=provider_url,
        connect_s=0.5,
        answer_s=0.3,
    )
    desk = Desk(
        kanim=KANIM,
        office=OFFICE,
        rules=hasty_rules(),
        vault=Vault(SECRET),
        database=database,
        provider=provider,
        timing=MachineTiming(),
        public_url=PUBLIC_URL,
    )
    while True:
        try:
            deliver_messages(desk, limit=20)
        except DBAPIError as error:  # the database was killed, or two workers met: the next round goes on
            sys.stderr.write(f"{type(error.orig).__name__}\n")
        time.sleep(0.02)


def main() -> None:
    """Fork a worker for every line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            sys.stdin.close()
            work(sys.argv[1], sys.argv[2])
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
