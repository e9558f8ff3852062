#!/usr/bin/env bash
# Installs what a folder's package-lock.json names: `tests/tools/npm-ci.sh FOLDER`. Does nothing where it is installed.
set -euo pipefail
cd "$1"
if ! cmp -s package-lock.json node_modules/.comity-lock.json; then
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.comity-lock.json
fi
