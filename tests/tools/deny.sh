#!/usr/bin/env bash
# Checks licences, bans, sources and advisories of all crates with a pinned cargo-deny, which it builds into .tools at first
# use. Advisories come from a public git repository; where that cannot be reached, it says so and checks the rest.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=0.20.2
tool=.tools/cargo-deny-$version/bin/cargo-deny
database=https://github.com/RustSec/advisory-db

if [ ! -x "$tool" ]; then
    cargo install --locked --quiet --root ".tools/cargo-deny-$version" --version "$version" cargo-deny
fi
"$tool" --locked check --hide-inclusion-graph bans licenses sources
if timeout 20 git ls-remote --exit-code "$database" HEAD >/dev/null 2>&1; then
    "$tool" --locked check advisories
else
    echo "deny.sh: advisories NOT checked: $database cannot be reached from here" >&2
fi
