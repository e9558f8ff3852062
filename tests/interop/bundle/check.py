#!/usr/bin/env python3
"""Checks a court bundle with tools that are not ours: see README.md. `check.py FOLDER`; exits 0 when everything holds, else 1."""

import base64
import hashlib
import importlib.util
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import bagit
from blake3 import blake3
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HERE = pathlib.Path(__file__).parent
BUNDLE_TYPE = "application/vnd.comity.court-bundle.v1+json"
EVENT_TYPE = "application/vnd.comity.custody-event.v1+json"


def load(path):
    """A module of another checker, by its file."""
    spec = importlib.util.spec_from_file_location(path.parent.name + "_" + path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


dsse = load(HERE.parent / "dsse" / "check.py")
witnesses = load(HERE.parent / "tlog" / "witnesses.py")


class Fault(Exception):
    """Something does not hold."""


def must_fail(what, action):
    try:
        action()
    except Fault:
        return
    raise Fault(f"{what}: a changed copy passes, so this check proves nothing")


def flipped(raw):
    raw = bytearray(raw)
    raw[len(raw) // 2] ^= 1
    return bytes(raw)


def run(*command, cwd=None):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        raise Fault(f"{' '.join(map(str, command))}: {done.stdout} {done.stderr}".strip())
    return done.stdout


def validate_bag(folder):
    try:
        bagit.Bag(str(folder)).validate()
    except bagit.BagError as fault:
        raise Fault(f"bagit: {fault}") from fault


def check_bag(folder):
    validate_bag(folder)
    for manifest in ("tagmanifest-sha256.txt", "manifest-sha256.txt"):
        run("sha256sum", "--check", "--strict", "--quiet", manifest, cwd=folder)
    with tempfile.TemporaryDirectory() as place:
        copy = pathlib.Path(place) / "copy"
        shutil.copytree(folder, copy)
        spoiled = next(copy.glob("data/items/*/content/*"))
        spoiled.write_bytes(flipped(spoiled.read_bytes()))
        must_fail("bagit", lambda: validate_bag(copy))
        must_fail("sha256sum", lambda: run("sha256sum", "--check", "--quiet", "manifest-sha256.txt", cwd=copy))
    return 1


def check_signed(path, pairs, kind):
    data = json.loads(path.read_text())
    if data["payloadType"] != kind or not dsse.count_signers(data, pairs):
        raise Fault(f"{path.name}: not signed as it must be")
    for part in (None, 0, 1):
        if dsse.count_signers(dsse.flipped(data, part), pairs):
            raise Fault(f"{path.name}: a changed copy passes, so this check proves nothing")
    return base64.b64decode(data["payload"])


def check_maker(folder, keys):
    path = folder / "signature.dsse.json"
    seal = json.loads(base64.b64decode(json.loads(path.read_text())["payload"]))
    check_signed(path, keys["authorities"][seal["made_by"]]["signing"], BUNDLE_TYPE)
    if seal["tagmanifest_sha256"] != run("sha256sum", folder / "tagmanifest-sha256.txt").split()[0]:
        raise Fault("the maker signed another tag manifest")
    return 1


def check_contents(folder):
    count = 0
    for path in folder.glob("data/items/*/content/*"):
        manifest = json.loads((path.parent.parent / "manifest.json").read_text())
        if run("sha256sum", path).split()[0] != manifest["sha256"]:
            raise Fault(f"{path}: SHA-256")
        hashed = (blake3(path.read_bytes()).hexdigest(), blake3(flipped(path.read_bytes())).hexdigest())
        if hashed[0] != manifest["blake3"]["root"] or hashed[1] == hashed[0]:
            raise Fault(f"{path}: BLAKE3")
        count += 1
    return count


def root_of(leaf, index, size, path):
    """The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2)."""
    first, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise Fault("the proof is too long")
        if first & 1 or first == last:
            found = hashlib.sha256(b"\x01" + sibling + found).digest()
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + sibling).digest()
        first, last = first >> 1, last >> 1
    if last != 0:
        raise Fault("the proof is too short")
    return found


def check_note(note, vkey):
    """Checks that the ledger's Ed25519 key has signed (C2SP signed-note)."""
    text, lines = note.split("\n\n", 1)
    name, key_id, kind, key = witnesses.parse_key(vkey)
    for line in lines.splitlines():
        _, who, encoded = line.split(" ")
        raw = base64.b64decode(encoded)
        if kind == 1 and who == name and raw[:4] == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(key).verify(raw[4:], (text + "\n").encode())
                return text.split("\n")
            except InvalidSignature as fault:
                raise Fault("the ledger's signature is false") from fault
    raise Fault("the ledger has not signed")


def check_proof(text, entry, node, keys):
    head, note = text.split("\n\n", 1)
    header, index, *hashes = head.split("\n")
    if header != "c2sp.org/tlog-proof@v1":
        raise Fault("another header")
    origin, size, root, *_ = check_note(note, keys["nodes"][node]["ledger"])
    if origin != node:
        raise Fault("another ledger")
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    path = [base64.b64decode(line) for line in hashes]
    if root_of(leaf, int(index.removeprefix("index ")), int(size), path) != base64.b64decode(root):
        raise Fault("not in the ledger")


def check_witnesses(note, node, keys):
    others = [key for name, one in keys["nodes"].items() if name != node for key in one["witness"]]
    met, faults = witnesses.check(note, [witnesses.parse_key(key) for key in others])
    if faults or not met:
        raise Fault("; ".join(faults) or "no witness has cosigned")


def check_events(folder, keys):
    count, seen = 0, set()
    for path in sorted(folder.glob("data/items/*/custody/*.dsse.json")):
        by = json.loads(base64.b64decode(json.loads(path.read_text())["payload"]))["by"]
        payload = check_signed(path, keys["authorities"][by]["signing"], EVENT_TYPE)
        stem = str(path).removesuffix(".dsse.json")
        entry = json.loads(pathlib.Path(stem + ".entry.json").read_text())
        if json.loads(entry["document"])["detail"]["event"] != hashlib.sha256(payload).hexdigest():
            raise Fault(f"{path.name}: the journal entry is of another event")
        message = b"comity-journal-v1\0" + bytes.fromhex(entry["salt"]) + entry["document"].encode()
        proof, node = pathlib.Path(stem + ".tlog-proof").read_text(), keys["authorities"][by]["node"]
        check_proof(proof, hashlib.sha256(message).digest(), node, keys)
        must_fail(stem, lambda: check_proof(proof, hashlib.sha256(flipped(message)).digest(), node, keys))
        note = proof.split("\n\n", 1)[1]
        if note not in seen:
            check_witnesses(note, node, keys)
            must_fail("cosignatures", lambda: check_witnesses(note.replace("\n", "0\n", 2), node, keys))
            seen.add(note)
        count += 1
    return count


def verify_stamp(response, data, anchors):
    run("openssl", "ts", "-verify", "-in", response, "-data", data, "-CAfile", anchors)


def check_stamps(folder):
    whole = folder / "tagmanifest-sha256.txt.tsr"
    stamps = [(whole, folder / "tagmanifest-sha256.txt")] if whole.exists() else []
    base = folder / "data" / "timestamps"
    for response in base.rglob("*.tsr"):
        of = str(response.relative_to(base)).removesuffix(".tsr").rsplit(".", 1)[0]
        stamps.append((response, folder / "data" / of))
    with tempfile.TemporaryDirectory() as place:
        anchors = pathlib.Path(place) / "anchors.pem"
        anchors.write_bytes(b"".join(path.read_bytes() for path in (folder / "data" / "anchors").glob("*.pem")))
        for response, of in stamps:
            run("openssl", "ts", "-verify", "-in", response, "-queryfile", response.with_suffix(".tsq"), "-CAfile", anchors)
            verify_stamp(response, of, anchors)
            for name, source in (("data", of), ("stamp", response)):
                spoiled = pathlib.Path(place) / name
                spoiled.write_bytes(flipped(source.read_bytes()))
            must_fail("openssl ts, data", lambda: verify_stamp(response, pathlib.Path(place) / "data", anchors))
            must_fail("openssl ts, stamp", lambda: verify_stamp(pathlib.Path(place) / "stamp", of, anchors))
    return len(stamps)


def check_case(folder):
    path = folder / "data" / "case.jsonld"
    if not path.exists():
        return 0
    tool = pathlib.Path(sys.executable).parent / "case_validate"
    run(tool, "--allow-info", path)
    with tempfile.TemporaryDirectory() as place:
        spoiled = pathlib.Path(place) / "case.jsonld"
        # A description must not have a name that is a number.
        graph = json.loads(path.read_text())
        next(node for node in graph["@graph"] if "uco-core:name" in node)["uco-core:name"] = 5
        spoiled.write_text(json.dumps(graph))
        must_fail("case_validate", lambda: run(tool, "--allow-info", spoiled))
    return 1


def main(arguments):
    if len(arguments) != 1:
        print("usage: check.py FOLDER", file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[0])
    keys = json.loads((folder / "data" / "keys.json").read_text())
    checks = {
        "bagit and sha256sum: bag": lambda: check_bag(folder),
        "securesystemslib: maker's signature": lambda: check_maker(folder, keys),
        "sha256sum and blake3: contents": lambda: check_contents(folder),
        "securesystemslib and cryptography: events in ledgers": lambda: check_events(folder, keys),
        "openssl ts: timestamps": lambda: check_stamps(folder),
        "case_validate: descriptions": lambda: check_case(folder),
    }
    # A node without a time-stamping authority makes bundles without timestamps; their index says so.
    if not any(folder.rglob("*.tsr")):
        print("no timestamps")
        del checks["openssl ts: timestamps"]
    for what, check in checks.items():
        try:
            count = check()
        except Fault as fault:
            print(f"{what}: {fault}")
            return 1
        if count == 0:
            print(f"{what}: there is nothing in {folder}, so nothing was checked")
            return 1
        print(f"{what}: {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
