#!/usr/bin/env bash
# Makes sure that a Chromium for the browser tests is there: Debian's, since a test tool's own download may be closed off.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium for the browser tests (apt-get; a minute the first time)"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null && exit 0
fi

cat >&2 <<'MESSAGE'
No Chromium for the browser tests, and it could not be installed from here.
Install it and run this again. On Debian or Ubuntu: sudo apt-get install chromium
MESSAGE
exit 1
