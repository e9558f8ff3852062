#!/usr/bin/env bash
# Every test, one step after the other; run by `make test` with a PostgreSQL at hand. Stops at the first step that fails.
# The Rust tests come last, so that the output ends with their summary line.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${COMITY_TEST_POSTGRES:?run this as tests/tools/postgres.sh tests/tools/test.sh, which starts a PostgreSQL}"

step() {
    local name=$1 begun=$SECONDS
    shift
    echo "== $name"
    "$@"
    echo "== $name: done in $((SECONDS - begun)) s"
}

console_tests() {
    tests/tools/npm-ci.sh console
    (cd console && npm run --silent test)
}

step "console, unit tests" console_tests
step "build" tests/tools/build.sh
step "other implementations" tests/tools/interop.sh
step "the law, against a second model" python3 tests/interop/law/check.py --comity target/debug/comity
step "the main job, its record with other implementations, the console in a browser" tests/tools/main-job.sh
step "rust" tests/tools/cargo-tests.sh
