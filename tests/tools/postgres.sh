#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own: `tests/tools/postgres.sh COMMAND...`.
#
# Finds the server's programs on PATH or where distributions put them, installs them with apt-get where that is possible,
# makes a fresh cluster in a temporary directory that listens on a Unix socket there and nowhere else, exports
# COMITY_TEST_POSTGRES, and removes everything when the command has ended. The cluster does not sync: it is for tests.
# A COMITY_TEST_POSTGRES that is already set is used as it is.
set -euo pipefail

find_programs() {
    local found directory
    if found=$(command -v postgres) && command -v initdb >/dev/null; then
        dirname "$(readlink -f "$found")"
        return
    fi
    for directory in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin | sort -rV); do
        if [ -x "$directory/postgres" ] && [ -x "$directory/initdb" ]; then
            echo "$directory"
            return
        fi
    done
    return 1
}

install_programs() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "postgres.sh: no PostgreSQL found; install it (Debian: apt-get install postgresql)," \
            "or set COMITY_TEST_POSTGRES=postgres://... to a server where the user may create databases" >&2
        return 1
    fi
    echo "postgres.sh: no PostgreSQL found; installing it with apt-get" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2
    # The package would start a cluster of its own, which nobody here needs.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    apt-get install -y -qq --no-install-recommends postgresql >&2
}

# The server refuses to run as root: become `postgres`, or `nobody` where there is no such user.
as_owner() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    elif command -v setpriv >/dev/null; then
        setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups -- "$@"
    else
        runuser -u "$owner" -- "$@"
    fi
}

start() {
    owner=$(id -un)
    if [ "$owner" = root ]; then
        owner=$(id -un postgres 2>/dev/null || echo nobody)
        chown "$owner" "$directory"
    fi
    local options="-c listen_addresses= -c unix_socket_directories=$directory -c fsync=off -c full_page_writes=off"
    options+=" -c synchronous_commit=off -c max_connections=400 -c shared_buffers=64MB"
    cd "$directory"
    as_owner "$programs/initdb" -D "$directory/data" -U comity -A trust -E UTF8 --locale=C -N >"$directory/initdb.log" 2>&1 ||
        { cat "$directory/initdb.log" >&2; return 1; }
    as_owner "$programs/pg_ctl" -D "$directory/data" -l "$directory/server.log" -o "$options" -w -t 60 start >/dev/null ||
        { cat "$directory/server.log" >&2; return 1; }
    cd "$OLDPWD"
}

stop() {
    if [ -e "$directory/data/postmaster.pid" ]; then
        (cd "$directory" && as_owner "$programs/pg_ctl" -D "$directory/data" -m immediate -w stop >/dev/null 2>&1) || true
    fi
    rm -rf "$directory"
}

if [ $# = 0 ]; then
    echo "usage: postgres.sh COMMAND..." >&2
    exit 2
fi
export COMITY_REQUIRE_POSTGRES=1
if [ -n "${COMITY_TEST_POSTGRES:-}" ]; then
    exec "$@"
fi
programs=$(find_programs) || { install_programs && programs=$(find_programs); }
# Not under TMPDIR: a socket's path may have some hundred characters, and the server's user must be able to enter.
directory=$(mktemp -d /tmp/comity-postgres.XXXXXX)
trap stop EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
start
export COMITY_TEST_POSTGRES="postgres://comity@localhost/postgres?host=$directory"
"$@"
