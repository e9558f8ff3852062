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

echo "-- evidence: taken in, bundled, and the bundle checked"
export COMITY_PASSWORD="comity demo only" COMITY_NODE COMITY_OFFICER=es-officer
COMITY_NODE=$(address ES-NCB)
mkdir "$work/found"
head -c 5000 /dev/urandom >"$work/found/a note.txt"
head -c 3000000 /dev/urandom >"$work/found/image.raw"
printf x >"$work/found/$(printf 'odd\u202Egnp.exe')"
"$comity" evidence template | sed 's/FR-NCB/ES-NCB/' >"$work/description.toml"
case=$("$comity" --json case list | "$(tests/tools/python.sh)" -c 'import json, sys; print(json.load(sys.stdin)["items"][0]["id"])')
"$comity" evidence add "$work/found" --case "$case" --description "$work/description.toml"
"$comity" evidence bundle --case "$case" --contents --language fr --reason "for the court" --to "$work/bundle"
"$comity" verify bundle "$work/bundle" --roots "$work/demo/es/roots.json"
"$(tests/tools/python.sh)" tests/interop/bundle/check.py "$work/bundle"

echo "-- a hash set: checked, sealed as evidence, and listed without its hashes"
printf 'md5,sha256,category\n%s,%s,2\n' "$(md5sum <"$work/found/a note.txt" | cut -d" " -f1)" \
    "$(sha256sum <"$work/found/a note.txt" | cut -d" " -f1)" >"$work/known.csv"
cat >"$work/marking.json" <<'JSON'
{"handling": ["H0"], "purpose": "exercise", "source": "A", "information": "1", "onward": {"rule": "own_jurisdiction"},
 "retain_until": "2030-01-01"}
JSON
"$comity" hashset import "$work/known.csv" --case "$case" --name "Landscapes" --source "exercise" --scheme "exercise" \
    --marking "$work/marking.json" --legal-basis "exercise" --reason "exercise" --place "exercise"
"$comity" hashset list
"$comity" hashset search "$work/found/a note.txt" --reason "exercise" | grep Landscapes
if "$comity" --json hashset list | grep -q "$(md5sum <"$work/found/a note.txt" | cut -d" " -f1)"; then
    echo "a list of hash sets shows a hash"
    exit 1
fi

echo "-- the console in a browser"
tests/tools/chromium.sh
tests/tools/npm-ci.sh tests/browser
COMITY_NAME=es-officer node tests/browser/console.mjs "$(address ES-NCB)" - en,ar 1280,360
COMITY_ACT=1 COMITY_NAME=fr-releasing COMITY_PEER=$(address ES-NCB) COMITY_PEER_NAMES=es node tests/browser/console.mjs "$(address FR-NCB)" - en 1280
