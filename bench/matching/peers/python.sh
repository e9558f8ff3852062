#!/usr/bin/env bash
# Prints the Python of `.tools/matching-peers`, after making it anew where requirements.txt has changed.
set -euo pipefail
cd "$(dirname "$0")/../../.."
venv=.tools/matching-peers
wanted=bench/matching/peers/requirements.txt
if ! cmp -s "$wanted" "$venv/installed.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$wanted" >&2
    cp "$wanted" "$venv/installed.txt"
fi
echo "$PWD/$venv/bin/python"
