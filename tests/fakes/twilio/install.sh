#!/usr/bin/env bash
# Brings what judges our Twilio by Twilio's own description: exactly the locked packages, none of their scripts run.
set -euo pipefail
cd "$(dirname "$0")"
stamp=node_modules/.installed
fingerprint=$(cat package.json package-lock.json | cksum)
[ "$(cat "$stamp" 2>/dev/null)" = "$fingerprint" ] && exit 0

PATH="$PATH:$(cd ../../.. && pwd)/.venv/bin" # where requirements/install.sh puts Node when the machine has none
echo "Installing Twilio's description of its API and its judge (npm; a minute the first time)"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
echo "$fingerprint" >"$stamp"
