#!/usr/bin/env bash
# Runs a command with an S3 server of its own: `tests/tools/s3.sh COMMAND...`.
#
# Makes a Python environment with moto in `.tools/s3`, starts the server on a free port of the loopback with a bucket `comity`,
# exports its address as COMITY_TEST_S3, and ends it with the command. Everything it stores is in memory.
# A COMITY_TEST_S3 that is already set is used as it is.
set -euo pipefail

if [ $# = 0 ]; then
    echo "usage: s3.sh COMMAND..." >&2
    exit 2
fi
export COMITY_REQUIRE_S3=1
if [ -n "${COMITY_TEST_S3:-}" ]; then
    exec "$@"
fi

root=$(cd "$(dirname "$0")/../.." && pwd)
venv=$root/.tools/s3
wanted=$root/tests/interop/s3/requirements.txt
if ! cmp -s "$wanted" "$venv/installed.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$wanted" >&2
    cp "$wanted" "$venv/installed.txt"
fi

# The server ends when this shell does, however that comes about: then its standard input ends.
coproc server { exec "$venv/bin/python" "$root/tests/interop/s3/serve.py"; }
read -r COMITY_TEST_S3 <&"${server[0]}" || { echo "s3.sh: the server did not start" >&2; exit 1; }
export COMITY_TEST_S3
"$@"
