#!/usr/bin/env bash
# The demo's federation on loopback, played and kept up: its exported record is checked by `comity verify` and by other
# people's tools, and its console is walked through in a real browser, which acts as officers do.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
comity=target/debug/comity
"$comity" demo --port 0 --dir "$work/demo" >"$work/told" 2>&1 &
demo=$!
trap 'kill -INT "$demo" 2>/dev/null || true; wait "$demo" 2>/dev/null || true; rm -rf "$work"' EXIT

for _ in $(seq 600); do
    grep -q "The nodes stay up" "$work/told" && break
    kill -0 "$demo" 2>/dev/null || { cat "$work/told"; exit 1; }
    sleep 0.1
done
grep -q "The nodes stay up" "$work/told" || { cat "$work/told"; exit 1; }
address() { sed -nE "s/^ +$1 +(http:[^ ]+) .*/\1/p" "$work/told"; }

echo "-- comity verify"
"$comity" verify "$work/demo/exchange.record.json" --roots "$work/demo/fr/roots.json" --extract "$work/extract"
if "$comity" verify "$work/demo/exchange.changed.json" --roots "$work/demo/fr/roots.json"; then
    echo "a changed record was taken for whole"
    exit 1
fi

echo "-- other implementations, on the demo's record"
cp "$work/demo/identities.txt" "$work/extract/"
tests/tools/interop.sh "$work/extract"
"$(tests/tools/python.sh)" tests/interop/cap/check.py "$work/demo/alert.cap.xml"

echo "-- the console in a browser"
tests/tools/chromium.sh
tests/tools/npm-ci.sh tests/browser
export COMITY_PASSWORD="comity demo only"
COMITY_NAME=es-officer node tests/browser/console.mjs "$(address ES-NCB)" "$work/screens-es" en,ar 1280,360
COMITY_ACT=1 COMITY_NAME=fr-releasing node tests/browser/console.mjs "$(address FR-NCB)" "$work/screens-fr" en 1280
