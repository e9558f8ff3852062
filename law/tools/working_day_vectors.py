#!/usr/bin/env python3
"""Writes crates/law/src/time/working_days.csv: ends of periods in working days as numpy's busday_offset computes them,
for a test that holds our own counting against it.

    python3 -m venv /tmp/tables && /tmp/tables/bin/pip install -r law/tools/requirements.txt numpy
    cd law/tools && /tmp/tables/bin/python -P working_day_vectors.py
"""

import csv
import datetime
import pathlib
import random

import holidays
import numpy

OUT = pathlib.Path(__file__).resolve().parents[2] / "crates" / "law" / "src" / "time" / "working_days.csv"
STATES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()


def end(off: list[str], start: datetime.date, length: int) -> str:
    """The last of so many working days after a day, which is not counted itself."""
    before = numpy.busday_offset(start, 0, roll="backward", holidays=off)
    return str(numpy.busday_offset(before, length, holidays=off))


def main() -> None:
    dice = random.Random(1182)
    rows = []
    for state in STATES:
        off = [day.isoformat() for day in holidays.country_holidays(state, years=range(2020, 2031))]
        for _ in range(15):
            start = datetime.date(2020, 1, 1) + datetime.timedelta(days=dice.randrange(3900))
            length = dice.randrange(1, 40)
            rows.append([state, start.isoformat(), length, end(off, start, length)])
    with open(OUT, "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["jurisdiction", "start", "length", "end"])
        table.writerows(rows)


if __name__ == "__main__":
    main()
