#!/usr/bin/env python3
"""Checks the cosignatures of a checkpoint (C2SP tlog-cosignature) with PyPI `cryptography`: `witnesses.py FOLDER`.

FOLDER is what `comity verify --extract FOLDER` wrote. Recomputes what each kind of key signs, from the specification.
"""

import base64
import hashlib
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

ED25519, ML_DSA_44 = 0x04, 0x06


def parse_key(text: str) -> tuple[str, bytes, int, bytes]:
    """Name, key id, kind and public key of a verifier key `name+hash+key`."""
    name, key_id, encoded = text.split("+", 2)
    key = base64.b64decode(encoded)
    computed = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    if computed.hex() != key_id:
        raise ValueError(f"{name}: the key's hash is false")
    return name, computed, key[0], key[1:]


def message(kind: int, name: str, time: int, text: str) -> bytes:
    if kind == ED25519:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    origin, size, root = text.split("\n")[:3]
    label, of = name.encode(), origin.encode()
    return b"".join([
        b"subtree/v1\n\0", bytes([len(label)]), label, time.to_bytes(8, "big"), bytes([len(of)]), of,
        (0).to_bytes(8, "big"), int(size).to_bytes(8, "big"), base64.b64decode(root),
    ])  # fmt: skip


def holds(kind: int, key: bytes, signature: bytes, signed: bytes) -> bool:
    public = {ED25519: Ed25519PublicKey, ML_DSA_44: MLDSA44PublicKey}[kind].from_public_bytes(key)
    try:
        public.verify(signature, signed)
        return True
    except InvalidSignature:
        return False


def check(note: str, keys: list[tuple[str, bytes, int, bytes]]) -> tuple[list[str], list[str]]:
    """Who has cosigned, and what is wrong."""
    text, lines = note.split("\n\n", 1)
    met, faults = [], []
    for line in lines.splitlines():
        _, name, encoded = line.split(" ")
        raw = base64.b64decode(encoded)
        for _, _, kind, key in (key for key in keys if key[0] == name and key[1] == raw[:4]):
            time, signature = int.from_bytes(raw[4:12], "big"), raw[12:]
            if not holds(kind, key, signature, message(kind, name, time, text + "\n")):
                faults.append(f"the cosignature of {name} is false")
            elif holds(kind, key, signature, message(kind, name, time + 1, text + "\n")):
                faults.append(f"the cosignature of {name} covers no time")
            else:
                met.append(name)
    return met, faults


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: witnesses.py FOLDER", file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[0])
    witnesses = json.loads((folder / "keys.json").read_text())["witness"].values()
    keys = [parse_key(key) for node in witnesses for key in node]
    met, faults = check((folder / "checkpoint").read_text(), keys)
    if not met:
        faults.append("no witness has cosigned the checkpoint: nothing was checked")
    for fault in faults:
        print(fault)
    print(f"cryptography: {len(met)} cosignatures")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
