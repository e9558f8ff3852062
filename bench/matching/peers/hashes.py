"""Peers of search among hashes and of PDQ, on what the benchmark wrote; prints JSON.

    hashes.py search FLAT MULTI FOLDER   faiss, so many queries each of hashes.bin and queries.bin
    hashes.py pdq SIDE FOLDER            the reference of PDQ on picture.rgb
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

RADIUS = 31


def held():
    """Bytes of memory that the process holds."""
    line = next(line for line in open("/proc/self/status") if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


def search(flat_queries, multi_queries, folder):
    import faiss

    faiss.omp_set_num_threads(1)
    hashes = np.fromfile(folder / "hashes.bin", dtype=np.uint8).reshape(-1, 32)
    queries = np.fromfile(folder / "queries.bin", dtype=np.uint8).reshape(-1, 32)
    said = {}
    multi = faiss.IndexBinaryMultiHash(256, 16, 16)
    multi.nflip = 1
    for name, index, asked in [
        ("flat", faiss.IndexBinaryFlat(256), queries[:flat_queries]),
        ("multi", multi, queries[:multi_queries]),
    ]:
        before = held()
        index.add(hashes)
        said[f"{name}_bytes"] = held() - before
        begun = time.process_time()
        # Distances below the radius that faiss is given.
        limits, _, _ = index.range_search(asked, RADIUS + 1)
        said[name] = len(asked) / (time.process_time() - begun)
        said[f"{name}_hits"] = int(limits[-1])
        del index
    return said


def pdq(side, folder):
    import pdqhash

    picture = np.fromfile(folder / "picture.rgb", dtype=np.uint8).reshape(side, side, 3)
    bits, quality = pdqhash.compute(picture)
    begun, made = time.process_time(), 0
    while time.process_time() - begun < 3:
        pdqhash.compute(picture)
        made += 1
    rate = made / (time.process_time() - begun)
    return {"hash": np.packbits(bits).tobytes().hex(), "quality": int(quality), "rate": rate}


def main():
    kind, *numbers, folder = sys.argv[1:]
    said = {"search": search, "pdq": pdq}[kind](*map(int, numbers), Path(folder))
    said["most_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(said))


main()
