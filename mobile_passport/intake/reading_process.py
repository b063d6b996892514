"""The process that reads one file for `mobile_passport.intake.apart`; arguments are its limits in bytes and seconds."""

import sys

from mobile_passport.intake.apart import answer_one, limit_this_process

if __name__ == "__main__":
    limit_this_process(int(sys.argv[1]), int(sys.argv[2]))
    sys.exit(answer_one(sys.stdin.buffer, sys.stdout.buffer))
