#!/usr/bin/env bash
# Runs fuzz targets, each for some seconds: `tests/tools/fuzz.sh SECONDS [TARGET...]`; all targets where none is named.
# Installs a pinned cargo-fuzz into .tools at first use. Works on the stable compiler: no sanitizer, and the flag that lets
# stable accept libFuzzer's instrumentation.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=0.13.2
tool=$PWD/.tools/cargo-fuzz-$version/bin/cargo-fuzz
seconds=${1:?usage: fuzz.sh SECONDS [TARGET...]}
shift
[ -x "$tool" ] || cargo install --locked --quiet --root ".tools/cargo-fuzz-$version" --version "$version" cargo-fuzz
export RUSTC_BOOTSTRAP=1
[ $# -gt 0 ] || set -- $(sed -n 's/^name = "\([a-z_]*\)"$/\1/p' fuzz/Cargo.toml)

run() {
    local target=$1 corpora=("fuzz/corpus/$1") options=(--sanitizer none)
    mkdir -p "fuzz/corpus/$target"
    for folder in "fuzz/seeds/$target" $(case $target in age) echo crates/seal/tests/vectors/cctv-age ;; reports) echo examples/reports ;; esac); do
        [ ! -d "$folder" ] || corpora+=("$folder")
    done
    [ "$target" != batch ] || options+=(--features node)
    echo "== $target"
    "$tool" run "${options[@]}" "$target" "${corpora[@]}" -- -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1
}

for target in "$@"; do
    run "$target"
done
