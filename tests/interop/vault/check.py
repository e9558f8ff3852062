"""Opens what `vault_samples` wrote with other implementations: see README.md."""

import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import uuid

from blake3 import blake3
from cryptography.cobblestone import Cobblestone256Decryptor
from cryptography.exceptions import InvalidTag

FORMAT_ID = b"comity/vault/v1\n"
PACK_ID = b"comity/packs/v1\n"
CHUNK = 16 * 1024 + 16
HEAD = 16 + 56


class Refused(Exception):
    """The object is not what it should be."""


def open_part(sealed, key, item, part):
    if sealed[:16] != FORMAT_ID:
        raise Refused("format id")
    decryptor = Cobblestone256Decryptor(key, FORMAT_ID + item.bytes + struct.pack(">Q", part))
    try:
        return decryptor.update(sealed[16:]) + decryptor.finalize()
    except InvalidTag as fault:
        raise Refused("cobblestone") from fault


def entries_of(pack):
    """The entries of a pack by their names, as the format's table says."""
    trailer = pack[-64:]
    start, count = struct.unpack(">QQ", trailer[:16])
    index = pack[start:-64]
    if pack[:16] != PACK_ID or trailer[48:] != PACK_ID or len(index) != 48 * count:
        raise Refused("pack")
    if hashlib.sha256(index).digest() != trailer[16:48]:
        raise Refused("index")
    entries = {}
    for row in range(count):
        name, offset, length = struct.unpack(">32sQQ", index[48 * row : 48 * row + 48])
        entry = pack[offset : offset + length]
        if hashlib.sha256(entry).digest() != name:
            raise Refused("entry")
        entries[name.hex()] = entry
    return entries


def open_item(parts, sample):
    manifest = sample["manifest"]
    key, item = bytes.fromhex(sample["key"]), uuid.UUID(manifest["item"])
    named = [parts[part["sealed_sha256"]] for part in manifest["parts"]]
    plain = b"".join(open_part(sealed, key, item, number) for number, sealed in enumerate(named))
    if len(plain) != manifest["size"] or hashlib.sha256(plain).hexdigest() != manifest["sha256"]:
        raise Refused("sha256")
    if blake3(plain).hexdigest() != manifest["blake3"]["root"]:
        raise Refused("blake3")
    return plain


def must_refuse(what, action):
    try:
        action()
    except Refused:
        return
    raise SystemExit(f"{what}: was not refused")


def flipped(sealed, place):
    return sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]


def places(sealed):
    """Format id, salt, commitment, first and last byte of each chunk."""
    inside = [0, 15, 16, 39, 40, 71]
    chunks = range(HEAD, len(sealed), CHUNK)
    ends = [min(start + CHUNK, len(sealed)) - 1 for start in chunks]
    return sorted({place for place in [*inside, *chunks, *ends] if place < len(sealed)})


def check_negatives(sealed, key, item, part):
    for place in places(sealed):
        must_refuse(f"byte {place} flipped", lambda: open_part(flipped(sealed, place), key, item, part))
    for cut in [0, 15, 16, 71, 72, HEAD + CHUNK, len(sealed) // 2, len(sealed) - 16, len(sealed) - 1]:
        if cut < len(sealed):
            must_refuse(f"cut to {cut}", lambda: open_part(sealed[:cut], key, item, part))
    must_refuse("extended", lambda: open_part(sealed + b"\0" * 16, key, item, part))
    must_refuse("another number", lambda: open_part(sealed, key, item, part + 1))
    must_refuse("another key", lambda: open_part(sealed, b"\xff" * 32, item, part))
    must_refuse("another item", lambda: open_part(sealed, key, uuid.UUID(int=item.int ^ 1), part))
    first, second = HEAD, HEAD + CHUNK
    if len(sealed) >= second + CHUNK:
        swapped = sealed[:first] + sealed[second : second + CHUNK] + sealed[first:second] + sealed[second + CHUNK :]
        must_refuse("chunks swapped", lambda: open_part(swapped, key, item, part))


def check_pack(pack):
    for place in [0, 15, 16, len(pack) - 65, len(pack) - 64, len(pack) - 20, len(pack) - 1]:
        must_refuse(f"byte {place} of a pack flipped", lambda: entries_of(flipped(pack, place)))
    must_refuse("a pack cut off", lambda: entries_of(pack[:-1]))


def named_by_sha256sum(folder):
    """Every object's name, compared by the system's own tool."""
    names = sorted(path.name for path in folder.iterdir())
    told = subprocess.run(["sha256sum", *names], cwd=folder, check=True, capture_output=True, text=True)
    for line in told.stdout.splitlines():
        found, name = line.split()
        if found != name:
            raise SystemExit(f"object {name} is {found}")
    return names


def main(folder):
    objects = {name: (folder / "objects" / name).read_bytes() for name in named_by_sha256sum(folder / "objects")}
    packs = [stored for stored in objects.values() if stored.startswith(PACK_ID)]
    parts = dict(objects)
    for pack in packs:
        parts.update(entries_of(pack))
        check_pack(pack)
    samples = json.loads((folder / "items.json").read_text())
    for sample in samples:
        if open_item(parts, sample) != (folder / sample["plain"]).read_bytes():
            raise SystemExit(f"{sample['plain']}: another content")
        key, item = bytes.fromhex(sample["key"]), uuid.UUID(sample["manifest"]["item"])
        for number, part in enumerate(sample["manifest"]["parts"]):
            if number in (0, len(sample["manifest"]["parts"]) - 1):
                check_negatives(parts[part["sealed_sha256"]], key, item, number)
        swapped = json.loads(json.dumps(sample))
        if len(swapped["manifest"]["parts"]) > 1:
            swapped["manifest"]["parts"].reverse()
            must_refuse("parts swapped", lambda: open_item(parts, swapped))
    if not packs or len(samples) < 10:
        raise SystemExit("the samples are not all there")
    print(f"{len(samples)} items in {len(objects)} objects, {len(packs)} of them packs: opened, and every alteration refused")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
