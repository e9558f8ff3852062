#!/usr/bin/env bash
# Measures two Synapse homeservers, federated on loopback, beside us: `bench/synapse/run.sh OUT.json [--messages N ...]`.
# Makes a Python environment under .tools at first use; stops everything that it started.
set -euo pipefail
cd "$(dirname "$0")/../.."
environment=.tools/synapse
stamp=$environment/.installed
if ! cmp -s bench/synapse/requirements.txt "$stamp"; then
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check -r bench/synapse/requirements.txt
    cp bench/synapse/requirements.txt "$stamp"
fi
exec timeout 600 "$environment/bin/python" bench/synapse/run.py --out "$@"
