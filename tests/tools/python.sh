#!/usr/bin/env bash
# Prints the Python of `.tools/venv`, after making it anew where tests/tools/requirements.txt has changed.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=.tools/venv
wanted=tests/tools/requirements.txt
if ! cmp -s "$wanted" "$venv/installed.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$wanted" >&2
    cp "$wanted" "$venv/installed.txt"
fi
echo "$PWD/$venv/bin/python"
