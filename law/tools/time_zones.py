#!/usr/bin/env python3
"""Writes time_zones.csv: which IANA time zones a jurisdiction has, from zone.tab of the tz database (public domain).

    python3 -m venv /tmp/tables && /tmp/tables/bin/pip install -r law/tools/requirements.txt
    cd law/tools && /tmp/tables/bin/python -P time_zones.py

Within a jurisdiction the order is that of zone.tab, which puts the zone of most people first.
"""

import csv
import importlib.resources
import pathlib

import tzdata

LAW = pathlib.Path(__file__).resolve().parent.parent


def main() -> None:
    text = (importlib.resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    source = f"IANA tz database {tzdata.IANA_VERSION}, zone.tab"
    rows = [[code, zone, source] for code, _, zone, *_ in lines]
    rows.sort(key=lambda row: row[0])
    with open(LAW / "time_zones.csv", "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["jurisdiction", "zone", "source"])
        table.writerows(rows)
    print(f"{len({row[0] for row in rows})} jurisdictions, {len(rows)} zones")


if __name__ == "__main__":
    main()
