#!/usr/bin/env python3
"""Checks statements, receipts, registries and a record's signature with another DSSE implementation.

`check.py FOLDER`, where FOLDER is what `comity verify --extract FOLDER` wrote. Envelopes, their encoding and the threshold are
securesystemslib's, as are Ed25519 keys; ML-DSA-65 is that of `cryptography`. Exits 0 when everything holds, else 1.
"""

import base64
import copy
import hashlib
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.signer import Key, SSlibKey

ED25519, ML_DSA_65 = "ed25519", "ml-dsa-65"


class MlDsa65Key(Key):
    """An ML-DSA-65 public key, which securesystemslib has no class for."""

    @classmethod
    def from_dict(cls, keyid, key_dict):
        return cls(keyid, ML_DSA_65, ML_DSA_65, key_dict)

    def to_dict(self):
        return dict(self.keyval)

    def verify_signature(self, signature, data):
        public = MLDSA65PublicKey.from_public_bytes(base64.b64decode(self.keyval["public"]))
        try:
            public.verify(bytes.fromhex(signature.signature), data)
        except InvalidSignature as fault:
            raise UnverifiedSignatureError(str(fault)) from fault


def key_objects(pair: dict, name: str) -> list[Key]:
    """Both halves of a key, called as the envelope's signatures call it."""
    ed25519 = base64.b64decode(pair["ed25519"]).hex()
    return [
        SSlibKey(f"{name}:{ED25519}", "ed25519", "ed25519", {"public": ed25519}),
        MlDsa65Key(f"{name}:{ML_DSA_65}", ML_DSA_65, ML_DSA_65, {"public": pair["ml_dsa_65"]}),
    ]


def signed_by(data: dict, pair: dict) -> bool:
    """Do both halves of this key verify? A name (`keyid`) is a hint: each that the envelope uses is tried."""
    names = {signature["keyid"].rsplit(":", 1)[0] for signature in data["signatures"]}
    for name in names:
        try:
            Envelope.from_dict(copy.deepcopy(data)).verify(key_objects(pair, name), 2)
            return True
        except VerificationError:
            continue
    return False


def count_signers(data: dict, pairs: list[dict]) -> int:
    return sum(signed_by(data, pair) for pair in pairs)


def flipped(data: dict, part: int | None) -> dict:
    """A copy with one bit changed: of the payload, or of one signature."""
    data = copy.deepcopy(data)
    place, name = (data, "payload") if part is None else (data["signatures"][part], "sig")
    raw = bytearray(base64.b64decode(place[name]))
    raw[len(raw) // 2] ^= 1
    place[name] = base64.b64encode(raw).decode()
    return data


class Checker:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.keys = json.loads((folder / "keys.json").read_text())
        self.counts: dict[str, int] = {}
        self.faults: list[str] = []

    def signers_of(self, path: pathlib.Path, payload: dict) -> tuple[list[dict], int]:
        """The keys of whoever must have signed, and how many of them."""
        if path.name.startswith("registry-"):
            return payload["roots"], payload["threshold"]
        if path.name.startswith("signature."):
            who = json.loads((self.folder / "content.json").read_text())["exported_by"]
        else:
            who = payload["received_by" if "-receipt-" in path.name else "from"]
        return self.keys["signing"][who], 1

    def check(self, path: pathlib.Path) -> None:
        data = json.loads(path.read_text())
        payload = json.loads(base64.b64decode(data["payload"]))
        pairs, needed = self.signers_of(path, payload)
        if count_signers(data, pairs) < needed:
            self.faults.append(f"{path.name}: not signed by {needed} of the keys that must sign it")
        # The same check must see a change of the text, and of each one of the signatures.
        spoiled = [flipped(data, None)] + [flipped(data, part) for part in range(min(2, len(data["signatures"])))]
        if any(count_signers(other, pairs) >= max(needed, len(data["signatures"]) // 2) for other in spoiled):
            self.faults.append(f"{path.name}: a changed copy passes, so this check proves nothing")
        kind = data["payloadType"]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.check_body(path, payload)

    def check_body(self, path: pathlib.Path, payload: dict) -> None:
        body = path.with_name(path.name.replace("-statement.dsse.json", "-body.age"))
        if body == path or not body.exists():
            return
        raw = body.read_bytes()
        if payload["body"] != {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw)}:
            self.faults.append(f"{body.name}: not the body that the statement names")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: check.py FOLDER", file=sys.stderr)
        return 2
    checker = Checker(pathlib.Path(arguments[0]))
    for path in sorted(checker.folder.glob("*.dsse.json")):
        checker.check(path)
    kinds = " ".join(checker.counts)
    for kind in ("statement", "receipt"):
        if f"vnd.comity.{kind}." not in kinds:
            checker.faults.append(f"there is no {kind} in {checker.folder}: nothing was checked")
    for fault in checker.faults:
        print(fault)
    for kind, count in sorted(checker.counts.items()):
        print(f"securesystemslib: {count} x {kind}")
    return 1 if checker.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
