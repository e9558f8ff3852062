#!/usr/bin/env bash
# Has other implementations check what we sign, seal, prove and export: `tests/tools/interop.sh [FOLDER...]`.
#
# FOLDER is what `comity verify --extract FOLDER` wrote; without one, artefacts are made for the occasion. Bodies are opened where
# the folder has an `identities.txt`. Each implementation is pinned: tests/tools/requirements.txt, the lock files of tests/interop.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$(tests/tools/python.sh)
tests/tools/npm-ci.sh tests/interop/age
tlog=${CARGO_TARGET_DIR:-$PWD/target}/interop
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

if [ $# = 0 ]; then
    made=$(mktemp -d)
    trap 'rm -rf "$made"' EXIT
    cargo run --quiet --locked -p comity-scenarios --example interop_artefacts -- "$made"
    set -- "$made"
fi
for folder in "$@"; do
    check "$folder"
done
"$python" tests/interop/cap/check.py examples/reports/*.cap.xml
printed=$(mktemp -d)
cargo run --quiet --locked -p comity-formats --example pdf_samples -- "$printed" >/dev/null
"$python" tests/interop/pdf/check.py "$printed"
whole_pdfs "$printed"
rm -rf "$printed"
stored=$(mktemp -d)
cargo run --quiet --locked -p comity-vault --example vault_samples -- "$stored"
"$python" tests/interop/vault/check.py "$stored"
rm -rf "$stored"
described=$(mktemp -d)
cargo run --quiet --locked -p comity-formats --example case_samples -- "$described" >/dev/null
"$python" tests/interop/case/check.py "$described"
"$python" tests/interop/pdf/check.py "$described"
whole_pdfs "$described"
rm -rf "$described"
bundled=$(mktemp -d)
cargo run --quiet --locked -p comity-bundle --features testing --example bundle_samples -- "$bundled/bundle"
[ -n "$(find "$bundled/bundle" -name '*.tsr')" ]
"$python" tests/interop/bundle/check.py "$bundled/bundle"
rm -rf "$bundled"
