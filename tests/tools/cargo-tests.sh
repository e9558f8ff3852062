#!/usr/bin/env bash
# Runs every test of the workspace; ends with one summary line, nextest's own where it is installed.
# Arguments go to the runner: `tests/tools/cargo-tests.sh -p comity-node`.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- --workspace
cargo test --locked --quiet --doc "$@"
if command -v cargo-nextest >/dev/null; then
    exec cargo nextest run --locked --no-fail-fast --status-level fail --final-status-level fail --no-tests pass "$@"
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
cargo test --locked --no-fail-fast --lib --bins --examples --tests "$@" 2>&1 | tee "$log" || status=$?
awk -v ok="$status" '/^test result:/ { passed += $4; failed += $6; ignored += $8 }
    END { printf "test result: %s. %d passed; %d failed; %d ignored (all crates)\n", ok ? "FAILED" : "ok", passed, failed, ignored }' "$log"
exit "$status"
