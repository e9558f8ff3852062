#!/usr/bin/env bash
# Runs a peer of private set intersection: `psi.sh openmined|secretflow ARGUMENTS...`; prints what the peer's script prints.
# Makes `.tools/psi-peers` at first use, apart from the other peers: SecretFlow wants an older numpy.
set -euo pipefail
cd "$(dirname "$0")/../../.."
venv=.tools/psi-peers
wanted=bench/matching/peers/psi-requirements.txt
if ! cmp -s "$wanted" "$venv/installed.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$wanted" >&2
    cp "$wanted" "$venv/installed.txt"
fi
peer=$1
shift
exec timeout 3000 "$venv/bin/python" "bench/matching/peers/psi_$peer.py" "$@"
