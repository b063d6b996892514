"""The command line. `mobile-passport --help` lists the commands."""

from mobile_passport.cli.app import main

__all__ = ["main"]
