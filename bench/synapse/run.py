"""Measures two Synapse homeservers that federate on loopback: how many messages of 1 KiB the first accepts, and when they
reach a client of the second. Both use SQLite, no rate limits, a certificate of their own each, and no server but each other.

What counts: `accepted` when the first server has answered the send call; `arrived` when the second server's /sync has shown the
message to its user; `stored` when the second server's database holds it. There is no receipt between servers.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

CONFIG = """
server_name: "127.0.0.1:{federation}"
pid_file: {directory}/pid
signing_key_path: {directory}/signing.key
media_store_path: {directory}/media
log_config: {directory}/log.yaml
report_stats: false
registration_shared_secret: "bench"
macaroon_secret_key: "bench"
form_secret: "bench"
enable_registration: true
enable_registration_without_verification: true
database: {{name: sqlite3, args: {{database: {directory}/homeserver.db}}}}
tls_certificate_path: {directory}/tls.crt
tls_private_key_path: {directory}/tls.key
federation_verify_certificates: false
ip_range_blacklist: []
trusted_key_servers: []
suppress_key_server_warning: true
presence: {{enabled: false}}
url_preview_enabled: false
listeners:
  - {{port: {client}, type: http, tls: false, bind_addresses: ["127.0.0.1"], resources: [{{names: [client]}}]}}
  - {{port: {federation}, type: http, tls: true, bind_addresses: ["127.0.0.1"], resources: [{{names: [federation]}}]}}
rc_message: {many}
rc_registration: {many}
rc_joins: {{local: {many}, remote: {many}}}
rc_joins_per_room: {many}
rc_login: {{address: {many}, account: {many}, failed_attempts: {many}}}
rc_invites: {{per_room: {many}, per_user: {many}, per_issuer: {many}}}
rc_room_creation: {many}
rc_federation: {{window_size: 1000, sleep_limit: 1000000, sleep_delay: 0, reject_limit: 1000000, concurrent: 100}}
"""
MANY = "{per_second: 1000000, burst_count: 1000000}"
LOG = "version: 1\nhandlers: {file: {class: logging.FileHandler, filename: DIR/log}}\nroot: {level: WARNING, handlers: [file]}\n"


class Client:
    """A user's client; one connection for each thread."""

    def __init__(self, port, token=None):
        self.port, self.token, self.local = port, token, threading.local()

    def call(self, method, path, body=None):
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = self.local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            connection.request(method, "/_matrix/client/v3" + path, json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
        except BaseException:
            self.local.connection = None
            raise
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {response.status} {answer}")
        return answer


class Follower(threading.Thread):
    """Follows /sync of a user and notes when each message was shown."""

    def __init__(self, client, room):
        super().__init__(daemon=True)
        self.client, self.room, self.seen, self.ended, self.limited = client, room, {}, False, 0
        quiet = {"not_types": ["*"]}
        wanted = {"room": {"timeline": {"limit": 1000, "types": ["m.room.message"]}, "state": quiet, "ephemeral": quiet,
                           "account_data": quiet}, "presence": quiet, "account_data": quiet}
        self.filter = urllib.parse.quote(json.dumps(wanted))
        self.since = client.call("GET", f"/sync?timeout=0&filter={self.filter}")["next_batch"]

    def run(self):
        while not self.ended:
            path = f"/sync?timeout=1000&since={self.since}&filter={self.filter}"
            try:
                answer = self.client.call("GET", path)
            except (OSError, http.client.HTTPException):
                if self.ended:
                    return
                raise
            now = time.monotonic()
            timeline = answer.get("rooms", {}).get("join", {}).get(self.room, {}).get("timeline", {})
            self.limited += bool(timeline.get("limited"))
            for event in timeline.get("events", []):
                self.seen.setdefault(event["event_id"], now)
            self.since = answer["next_batch"]


class Server:
    """A homeserver in a directory of its own."""

    def __init__(self, directory):
        os.makedirs(directory)
        self.directory = directory
        self.client_port, self.federation_port = free_port(), free_port()
        self.name = f"127.0.0.1:{self.federation_port}"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
             "-keyout", f"{directory}/tls.key", "-out", f"{directory}/tls.crt"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        config = CONFIG.format(directory=directory, client=self.client_port, federation=self.federation_port, many=MANY)
        with open(f"{directory}/homeserver.yaml", "w", encoding="utf-8") as file:
            file.write(config)
        with open(f"{directory}/log.yaml", "w", encoding="utf-8") as file:
            file.write(LOG.replace("DIR", directory))
        command = [sys.executable, "-m", "synapse.app.homeserver", "-c", f"{directory}/homeserver.yaml"]
        subprocess.run([*command, "--generate-keys"], check=True, cwd=directory)
        self.output = open(f"{directory}/output", "wb")
        self.process = subprocess.Popen(command, cwd=directory, stdout=self.output, stderr=self.output)

    def wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                Client(self.client_port).call("GET", "/login")
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"a homeserver does not start; see {self.directory}/output")

    def register(self, user):
        body = {"username": user, "password": "invented-password", "auth": {"type": "m.login.dummy"}}
        return Client(self.client_port, Client(self.client_port).call("POST", "/register", body)["access_token"])

    def stored(self):
        """How many messages the database holds."""
        with sqlite3.connect(f"file:{self.directory}/homeserver.db?mode=ro", uri=True, timeout=30) as database:
            return database.execute("SELECT COUNT(*) FROM events WHERE type = 'm.room.message'").fetchone()[0]

    def resident_mb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            line = next(line for line in file if line.startswith("VmRSS:"))
        return round(int(line.split()[1]) / 1024, 1)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.output.close()


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def send(client, room, number, size):
    begun = time.monotonic()
    body = {"msgtype": "m.text", "body": f"{number:08}".ljust(size, "x")}
    event = client.call("PUT", f"/rooms/{urllib.parse.quote(room)}/send/m.room.message/bench{number}", body)["event_id"]
    return event, begun, time.monotonic()


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)


def share(values, part):
    """The value below which this part of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else None


def milliseconds(value):
    return None if value is None else round(value * 1000, 1)


def one_at_a_time(sender, room, follower, first, count, size):
    """The next message is sent when the last was answered for."""
    sent = [send(sender, room, first + number, size) for number in range(count)]
    took = sent[-1][2] - sent[0][1]
    wait_until(lambda: all(event in follower.seen for event, _, _ in sent), 45)
    times = [follower.seen[event] - begun for event, begun, _ in sent if event in follower.seen]
    answers = [answered - begun for _, begun, answered in sent]
    return {"messages": count, "accepted_per_second": round(count / took, 1),
            "answered_p50_ms": milliseconds(statistics.median(answers)), "arrived": len(times),
            "arrived_p50_ms": milliseconds(share(times, 0.5)), "arrived_p99_ms": milliseconds(share(times, 0.99))}


def burst(sender, room, follower, receiver, count, size, concurrency, patience):
    """`concurrency` calls at a time, as fast as they are answered."""
    stored_before = receiver.stored()
    with concurrent.futures.ThreadPoolExecutor(concurrency) as pool:
        futures = [pool.submit(send, sender, room, 1_000_000 + number, size) for number in range(count)]
        sent = [future.result() for future in futures]
    begun, accepted = min(one[1] for one in sent), max(one[2] for one in sent)
    stored_at_once = receiver.stored() - stored_before
    wait_until(lambda: all(event in follower.seen for event, _, _ in sent), accepted + patience - time.monotonic())
    times = [follower.seen[event] - start for event, start, _ in sent if event in follower.seen]
    waited = time.monotonic() - accepted
    return {"messages": count, "concurrency": concurrency, "accepted_per_second": round(count / (accepted - begun), 1),
            "stored_when_all_were_accepted": stored_at_once, "waited_s": round(waited, 1), "arrived": len(times),
            "stored": receiver.stored() - stored_before, "gaps_told_by_sync": follower.limited,
            "arrived_p50_ms": milliseconds(share(times, 0.5)), "arrived_p99_ms": milliseconds(share(times, 0.99))}


def measure(servers, options):
    home, away = servers
    for server in servers:
        server.wait()
    sender, reader = home.register("sender"), away.register("reader")
    room = sender.call("POST", "/createRoom", {"preset": "public_chat"})["room_id"]
    reader.call("POST", f"/join/{urllib.parse.quote(room)}?server_name={home.name}&via={home.name}", {})
    follower = Follower(reader, room)
    follower.start()
    one_at_a_time(sender, room, follower, 0, 20, options.size)  # to warm up
    result = {"size_bytes": options.size, "database": "sqlite", "resident_mb": [one.resident_mb() for one in servers]}
    result["one_at_a_time"] = one_at_a_time(sender, room, follower, 1000, options.messages, options.size)
    result["burst"] = burst(sender, room, follower, away, options.burst, options.size, options.concurrency, options.patience)
    follower.ended = True
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--burst", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=50)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--patience", type=float, default=45.0)
    options = parser.parse_args()
    directory, servers = tempfile.mkdtemp(prefix="comity-bench-synapse-"), []
    try:
        servers = [Server(f"{directory}/{name}") for name in ("first", "second")]
        result = measure(servers, options)
    finally:
        for server in servers:
            server.stop()
    shutil.rmtree(directory)
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=2)
        file.write("\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
