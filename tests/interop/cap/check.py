#!/usr/bin/env python3
"""Validates CAP 1.2 files, given as arguments, against the OASIS schema with the PyPI package xmlschema (4.3)."""

import pathlib
import sys

import xmlschema

SCHEMA = pathlib.Path(__file__).with_name("CAP-v1.2.xsd")


def main(paths: list[str]) -> int:
    if not paths:
        print("give CAP files as arguments", file=sys.stderr)
        return 2
    schema = xmlschema.XMLSchema(SCHEMA)
    failed = 0
    for path in paths:
        faults = list(schema.iter_errors(path))
        for fault in faults:
            print(f"{path}: {fault.path}: {fault.reason}")
        failed += bool(faults)
        print(f"{path}: {'invalid' if faults else 'valid'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
