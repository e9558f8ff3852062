"""Writes crates/hashes/src/pdq/vectors.csv: pictures drawn by a rule, and what the reference of PDQ says of them.

The test in crates/hashes/src/pdq/tests.rs draws the same pictures.
"""

import sys

import numpy as np
import pdqhash

PICTURES = [
    (0, 640, 480), (1, 1023, 767), (2, 333, 500), (1, 64, 64), (2, 100, 70),
    (1, 130, 129), (3, 200, 100), (2, 1600, 1200), (1, 5, 9),
]  # fmt: skip


def draw(kind, width, height):
    x = np.arange(width, dtype=np.int64)[None, :] + np.zeros((height, 1), dtype=np.int64)
    y = np.arange(height, dtype=np.int64)[:, None] + np.zeros((1, width), dtype=np.int64)
    if kind == 0:
        colours = x * 255 // width, y * 255 // height, (x + y) * 255 // (width + height)
    elif kind == 1:
        colours = (x // 7 ^ y // 5) * 8 % 256, x * y // 97 % 256, (x // 31 * 40 + y // 17 * 23) % 256
    elif kind == 2:
        far = (x - width // 3) ** 2 + (y - height // 2) ** 2
        red = np.where(far < (min(width, height) // 4) ** 2, 220, 30)
        green = np.where((x // (width // 8 + 1) + y // (height // 6 + 1)) % 2 == 0, 200, 60)
        colours = red, green, far * 255 // (width * width + height * height)
    else:
        colours = (x * 0 + 128,) * 3
    return np.ascontiguousarray(np.stack(colours, axis=2).astype(np.uint8))


def main():
    print("kind,width,height,quality,hashes")
    for kind, width, height in PICTURES:
        variants, quality = pdqhash.compute_dihedral(draw(kind, width, height))
        hashes = [np.packbits(np.asarray(bits, dtype=np.uint8)).tobytes().hex() for bits in variants]
        print(kind, width, height, quality, " ".join(hashes), sep=",")


sys.exit(main())
