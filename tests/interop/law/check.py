#!/usr/bin/env python3
"""Asks `comity law` and a second model of the same rules, and prints where the two differ.

    python tests/interop/law/check.py --comity target/debug/comity [--pairs N] [--seed N] [--all]
"""

import argparse
import collections
import datetime
import itertools
import json
import random
import subprocess
import sys

import counting
import relations

CANADIAN = ["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"]
USUAL_DAYS = ["1979-12-31", "2000-01-01", "2012-06-15", "2024-05-01", "2026-11-21"]
WITH_TERRITORIES = ["AU", "FR", "GB", "IL", "NZ", "PT", "UA", "US"]
AT_ONCE = 50_000
SHOWN = 5


def places():
    """All places that any table knows, and the provinces and territories of Canada."""
    known = {row["jurisdiction"] for row in relations.table("holiday_years")}
    for name in [*relations.MULTILATERAL.values(), "hague_1980_parties", "eu_instruments_by_state"]:
        known |= {row["iso2"] for row in relations.table(name)}
    return sorted(known) + [f"CA-{code}" for code in CANADIAN]


def around(day):
    """The day before, the day, the day after."""
    middle = datetime.date.fromisoformat(day)
    return {str(middle + datetime.timedelta(days=step)) for step in (-1, 0, 1)}


class Days:
    """For an instrument and a place or a pair the days that stand in its rows."""

    def __init__(self, model):
        self.found = {}
        self.pairs = {}
        for code, rows in [("HAGUE_1980", model.hague), *model.parties.items(), *model.acts.items()]:
            for place, row in rows.items():
                self.add(code, place, row)
        for place, rows in model.territories.items():
            for row in rows:
                self.add("HAGUE_1980", place, row)
                self.add("HAGUE_1980", row["state"], row)
        for pair, rows in model.acceptances.items():
            for row in rows:
                self.add("HAGUE_1980", pair, row)
        for pair, row in model.objections.items():
            self.add("HAGUE_1996", pair, row)

    def add(self, code, key, row):
        wanted = ("entry_into_force", "applies_from", "date_in_force", "from", "until", "as_of", "notification_date")
        days = {row[name] for name in wanted if row.get(name)}
        if isinstance(key, frozenset):
            self.pairs.setdefault(code, {}).setdefault(key, set()).update(days)
        else:
            self.found.setdefault(code, {}).setdefault(key, set()).update(days)

    def of(self, code, one, other):
        """Days around all that the rows of the two name, and a few besides."""
        named = set()
        for place in {one, other, one.split("-")[0], other.split("-")[0]}:
            named |= self.found.get(code, {}).get(place, set())
        named |= self.pairs.get(code, {}).get(frozenset((one, other)), set())
        return sorted(set(USUAL_DAYS).union(*(around(day) for day in named)))


def sampled(model, days, every, count, seed):
    """Pairs by a fixed seed: all that have a row of their own, then some of any two places and some of two listed ones."""
    chance = random.Random(seed)
    for code in model.instruments():
        pairs = {tuple(sorted(pair)) for pair in days.pairs.get(code, {})}
        listed = sorted(days.found.get(code, {}))
        for _ in range(count):
            pairs.add(tuple(sorted((chance.choice(every), chance.choice(every)))))
            pairs.add(tuple(sorted((chance.choice(listed), chance.choice(listed)))))
            pairs.add(tuple(sorted((chance.choice(listed), chance.choice(every)))))
        if code == "HAGUE_1980":
            own = [*sorted(model.territories), "CA", "CA-QC"]
            pairs |= {tuple(sorted((one, other))) for one in own for other in [*own, *WITH_TERRITORIES]}
        for one, other in sorted(pairs):
            for day in days.of(code, one, other):
                yield (code, *chance.sample((one, other), 2), day)


def everything(model, days, every):
    """Every instrument, every unordered pair, all days that its rows name."""
    for code in model.instruments():
        for number, one in enumerate(every):
            for other in every[number:]:
                for day in days.of(code, one, other):
                    yield code, one, other, day


def ask(comity, questions):
    """The program's answers, one for each question."""
    lines = "".join(
        json.dumps({"instrument": code, "from": one, "to": other, "on": day}) + "\n" for code, one, other, day in questions
    )
    done = subprocess.run(
        [comity, "law", "relation", "--stdin", "--json"], input=lines, capture_output=True, text=True, check=False
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(answers) != len(questions):
        faults = [answer for answer in answers if "error" in answer]
        sys.exit(f"{comity} answered {len(answers)} of {len(questions)} questions: {faults[:3]} {done.stderr[-500:]}")
    return answers


def rows_of(model, code, one, other):
    """The lines of the tables that speak of either, for a reader of a difference."""
    found = [model.acceptances.get(frozenset((one, other)), [])] if code == "HAGUE_1980" else []
    for place in (one, other):
        if code == "HAGUE_1980":
            found += [model.territories.get(place, []), [model.hague[place]] if place in model.hague else []]
        else:
            rows = model.acts.get(code) or model.parties.get(code)
            found.append([rows[place]] if place in rows else [])
    return [row["line"] for rows in found for row in rows]


def compare(comity, model, questions):
    """How many questions had which answer, and the differences."""
    asked, differences = collections.Counter(), []
    while batch := list(itertools.islice(questions, AT_ONCE)):
        for question, answer in zip(batch, ask(comity, batch)):
            expected = model.relation(*question)
            asked[expected.state] += 1
            if (answer["state"], answer["since"]) != (expected.state, expected.since):
                differences.append((question, answer, expected))
    return asked, differences


def tell(model, differences):
    """Prints the differences with the rows of both sides, a few of each sort."""
    sorts = {}
    for question, answer, expected in differences:
        sort = (question[0], answer["state"], expected.state, answer["since"] is None, expected.since is None)
        sorts.setdefault(sort, []).append((question, answer, expected))
    for sort in sorts.values():
        for (code, one, other, day), answer, expected in sort[:SHOWN]:
            cited = [f"{source['table']}:{source['line']}" for source in answer["sources"]]
            print(f"{code} {one} {other} on {day}: comity {answer['state']} since {answer['since']},", end=" ")
            print(f"the second model {expected.state} since {expected.since}")
            print(f"    comity: {answer['rule']} {cited}")
            print(f"    rows:   {rows_of(model, code, one, other)}")
        if len(sort) > SHOWN:
            print(f"    ... and {len(sort) - SHOWN} more of this sort")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--comity", required=True, help="the program to ask")
    parser.add_argument("--pairs", type=int, default=40, help="pairs of each kind for each instrument (default 40)")
    parser.add_argument("--seed", type=int, default=1980, help="what the sample is drawn by (default 1980)")
    parser.add_argument("--rounds", type=int, default=40, help="runs of the program for deadlines, and for ages (default 40)")
    parser.add_argument("--all", action="store_true", help="every pair of places; takes long")
    given = parser.parse_args()
    model, every = relations.Relations(), places()
    days = Days(model)
    questions = everything(model, days, every) if given.all else sampled(model, days, every, given.pairs, given.seed)
    asked, differences = compare(given.comity, model, questions)
    tell(model, differences)
    print(f"relations: {asked.total()} questions on {len(every)} places, {dict(asked)}, {len(differences)} differences")
    deadlines, ages, counted = counting.differences(given.comity, model, days, given.seed, given.rounds)
    print("".join(line + "\n" for line in counted), end="")
    print(f"counted: {deadlines} deadlines, {ages} returns by age and day of the event, {len(counted)} differences")
    return 1 if differences or counted else 0


if __name__ == "__main__":
    sys.exit(main())
