#!/usr/bin/env bash
# Builds `comity` and the examples that make samples, as the Rust tests build them, so that nothing is compiled twice.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --locked --quiet --workspace --bin comity --examples
