#!/usr/bin/env bash
# Has other implementations check what we sign, seal, prove, print and export: `tests/tools/interop.sh [FOLDER...]`.
#
# FOLDER is what `comity verify --extract FOLDER` wrote, and it alone is checked; without one, artefacts of all kinds are made for
# the occasion. Bodies are opened where the folder has an `identities.txt`. Each implementation is pinned:
# tests/tools/requirements.txt, the lock files of tests/interop.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$(tests/tools/python.sh)
tests/tools/npm-ci.sh tests/interop/age
built=${CARGO_TARGET_DIR:-$PWD/target}
tlog=$built/interop
CARGO_TARGET_DIR=$tlog cargo build --quiet --locked --manifest-path tests/interop/tlog/Cargo.toml

check() {
    "$python" tests/interop/dsse/check.py "$1"
    "$tlog/debug/comity-interop-tlog" "$1"
    "$python" tests/interop/tlog/witnesses.py "$1"
    [ ! -e "$1/identities.txt" ] || node tests/interop/age/check.mjs "$1"
}

# Every PDF below a folder is sound in its structure and its streams, as qpdf sees it; without qpdf that is left out.
whole_pdfs() {
    command -v qpdf >/dev/null || return 0
    find "$1" -name '*.pdf' -print0 | xargs -0 -r -n 1 qpdf --check >/dev/null
}

if [ $# != 0 ]; then
    for folder in "$@"; do
        check "$folder"
    done
    exit 0
fi

tests/tools/build.sh
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
sample() {
    mkdir -p "$made/$2"
    "$built/debug/examples/$1" "$made/${3:-$2}" >/dev/null
}
sample interop_artefacts artefacts
check "$made/artefacts"
"$python" tests/interop/cap/check.py examples/reports/*.cap.xml
sample pdf_samples printed
"$python" tests/interop/pdf/check.py "$made/printed"
whole_pdfs "$made/printed"
sample vault_samples stored
"$python" tests/interop/vault/check.py "$made/stored"
sample case_samples described
"$python" tests/interop/case/check.py "$made/described"
"$python" tests/interop/pdf/check.py "$made/described"
whole_pdfs "$made/described"
sample bundle_samples bundled bundled/bundle
[ -n "$(find "$made/bundled/bundle" -name '*.tsr')" ]
"$python" tests/interop/bundle/check.py "$made/bundled/bundle"
