#!/usr/bin/env python3
"""Writes holidays.csv and holiday_years.csv: the public holidays of whole states, for counting working days.

    python3 -m venv /tmp/tables && /tmp/tables/bin/pip install -r law/tools/requirements.txt
    cd law/tools && /tmp/tables/bin/python -P holidays.py 2026-11-21

The date is the day on which the tables are put together. Only days that are public holidays in the whole of a
state are taken: holidays of its parts, bank holidays and half days are left out. English names where the package
has them, local ones otherwise; "(estimated)" in a name means that the day follows the moon and may be moved.
"""

import csv
import datetime
import pathlib
import re
import sys
from importlib.metadata import version

import holidays

FIRST, LAST = 2020, 2030
LAW = pathlib.Path(__file__).resolve().parent.parent
CODES = LAW.parent / "crates" / "model" / "src" / "jurisdiction.rs"


def jurisdictions() -> list[str]:
    """The codes that the program knows, in the order of the alphabet."""
    letters = re.search(r'CODES: &str = "([A-Z\\\s]+)"', CODES.read_text()).group(1)
    letters = re.sub(r"[^A-Z]", "", letters)
    return sorted(letters[at : at + 2] for at in range(0, len(letters), 2))


def calendar(code: str):
    """The holidays of a state in the years covered, named in English where possible."""
    plain = holidays.country_holidays(code)
    english = next((tag for tag in ("en_US", "en_GB", "en") if tag in plain.supported_languages), None)
    years = range(max(FIRST, plain.start_year), min(LAST, plain.end_year) + 1)
    days = holidays.country_holidays(code, years=years, language=english)
    return years, sorted((day, name) for day, name in days.items() if day.year in years)


def write(name: str, head: list[str], rows: list[list]) -> None:
    """One CSV, lines ended by a line feed, sorted as bytes: the engine searches the text as it is."""
    with open(LAW / name, "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(head)
        table.writerows(rows)


def main(as_of: str) -> None:
    datetime.date.fromisoformat(as_of)
    supported = set(holidays.list_supported_countries(include_aliases=False))
    source = f"PyPI holidays {version('holidays')} (MIT), public holidays of the whole state"
    days, covered = [], []
    for code in (code for code in jurisdictions() if code in supported):
        years, found = calendar(code)
        if not found:
            continue
        covered.append([code, years[0], years[-1], source, as_of])
        days += [[code, day.isoformat(), name.replace("\n", " ")] for day, name in found]
    write("holidays.csv", ["jurisdiction", "date", "name"], days)
    write("holiday_years.csv", ["jurisdiction", "first_year", "last_year", "source", "as_of"], covered)
    print(f"{len(covered)} jurisdictions, {len(days)} days")


if __name__ == "__main__":
    main(sys.argv[1])
