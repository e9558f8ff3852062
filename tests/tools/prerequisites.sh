#!/usr/bin/env bash
# Says what is missing on this machine, all at once, and how to get it.
set -euo pipefail
missing=0

need() {
    if ! command -v "$1" >/dev/null; then
        echo "missing: $1; $2" >&2
        missing=1
    fi
}

need cargo "install Rust with rustup, https://rustup.rs"
need cc "install a C compiler (Debian: apt-get install build-essential)"
need node "install Node.js 20 or later"
need npm "install npm, which comes with Node.js (Debian: apt-get install npm)"
need python3 "install Python 3 (Debian: apt-get install python3 python3-venv)"
[ "$missing" = 0 ] || exit 1
if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)'; then
    echo "Node.js $(node --version) is too old; install 20 or later" >&2
    exit 1
fi
if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    echo "missing: the venv module of Python; install it (Debian: apt-get install python3-venv)" >&2
    exit 1
fi
