"""A second model of what is counted: ages, the day of the event (Hague 1980 art. 35), and deadlines in days, weeks,
months, years and working days, with extensions. Hours and pauses are not modelled: they need a clock and a zone.
"""

import calendar
import datetime
import json
import random
import re
import subprocess

import relations

DAY = datetime.timedelta(days=1)
HAGUE_DAYS = ["1985-03-01", "1991-11-30", "2003-07-15", "2015-04-01", "2024-05-01"]
UNTIL_WHEN = "2026-11-21"
NOT_MODELLED = ("hours", "days", "continuous_24_7")


def add_months(day, months):
    """The same day of a later month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def birthday(born, age):
    """The day on which an age is reached; who was born on 29 February reaches it on 1 March of a common year."""
    reached = add_months(born, 12 * age)
    return reached if reached.day == born.day else reached + DAY


class WorkingDays:
    """Monday to Friday without the holidays of the table, for the years that it covers."""

    def __init__(self):
        self.covered = {
            row["jurisdiction"]: (int(row["first_year"]), int(row["last_year"])) for row in relations.table("holiday_years")
        }
        self.holidays = {(row["jurisdiction"], row["date"]) for row in relations.table("holidays")}

    def add(self, place, day, count):
        """The working day that is `count` after a day, which is not counted itself; None where the table ends."""
        first, last = self.covered[place]
        known = first <= day.year <= last
        while count and known:
            day += DAY
            count -= day.weekday() < 5 and (place, str(day)) not in self.holidays
            known = day.year <= last
        return day if known else None


def due(row, start, working, place):
    """The last day of a period, the day of the event not counted; None where it cannot be told."""
    length = int(row["length"])
    match row["unit"]:
        case "calendar_days":
            return start + length * DAY
        case "calendar_weeks":
            return start + 7 * length * DAY
        case "calendar_months":
            return add_months(start, length)
        case "calendar_years":
            return add_months(start, 12 * length)
        case "years_of_age":
            return birthday(start, length)
        case "calendar_months_first_day":
            return add_months(start.replace(day=1), length)
        case "calendar_months_then_first_day":
            return add_months(add_months(start, length).replace(day=1), 1)
        case "working_days":
            return working.add(place, start, length)
    raise ValueError(f"{row['line']}: this model knows no unit `{row['unit']}`")


def said(comity, *arguments):
    """What the program prints as JSON."""
    done = subprocess.run([comity, "law", *arguments, "--json"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"comity law {' '.join(arguments)} failed: {done.stdout[-300:]} {done.stderr[-300:]}")
    return json.loads(done.stdout)


def deadlines(comity, members, chance, rounds):
    """Compares, between member states, each deadline's last day. Returns how many were compared, and the differences as texts."""
    working, told, compared = WorkingDays(), [], 0
    rows = [row for row in relations.table("deadline_triggers") if row["unit"] not in NOT_MODELLED]
    instruments = sorted({row["instrument"] for row in rows})
    for number in range(rounds):
        instrument = "BRUSSELS_IIB" if number % 2 else instruments[number // 2 % len(instruments)]  # it has the working days
        one, other = chance.sample(members, 2)
        mine = [row for row in rows if row["instrument"] == instrument]
        for starts, expected in questions(mine, working, {"requesting": one, "requested": other}, chance):
            happened = [word for trigger, day in starts.items() for word in ("--at", f"{trigger}={day}")]
            answers = said(comity, "deadlines", one, other, "--instrument", instrument, *happened)
            got = {(answer["article"], answer["length"]): answer["due"] and answer["due"]["at"] for answer in answers}
            for row, day in expected:
                at = got.get((row["article"], f"{row['length']} {row['unit']}"), "no such deadline")
                compared += 1
                if at != (str(day) if day else None):
                    told.append(f"{instrument} {row['article']} {one} {other} with {starts}: comity {at}, the second model {day}")
    return compared, told


def questions(rows, working, sides, chance):
    """What happened, and the last days that follow: once all that stands alone, and once each extension with what it extends."""
    suspending = {article for row in rows for article in row["suspended_by"].split(";")}
    plain = [row for row in rows if not row["extends"] and row["article"] not in suspending]
    starts = {row["trigger"]: some_day(chance) for row in plain}
    yield starts, [(row, due(row, starts[row["trigger"]], working, sides.get(row["clock"]))) for row in plain]
    for longer in (row for row in rows if row["extends"]):
        article = chance.choice(longer["extends"].split(";"))
        base = next(row for row in plain if row["article"] == article)
        start = some_day(chance)
        first = due(base, start, working, sides.get(base["clock"]))
        extended = due(longer, first, working, sides.get(longer["clock"]))
        yield {base["trigger"]: start, longer["trigger"]: first - 2 * DAY}, [(base, extended), (longer, extended)]


def some_day(chance):
    """A day of 2019 to 2031, past both ends of the table of holidays: ends of months, days before holidays, any other."""
    day = datetime.date(chance.randint(2019, 2031), chance.randint(1, 12), 1)
    last = calendar.monthrange(day.year, day.month)[1]
    return day.replace(day=chance.choice([1, 20, 23, 28, last, last, chance.randint(1, last)]))


def expected_use(model, one, other, event, today, born):
    """Whether Hague 1980 can carry a return: by relation, by the day of the event (art. 35), by the child's age (art. 4)."""
    if today >= str(birthday(born, 16)):
        return relations.OUT
    states = {model.relation("HAGUE_1980", one, other, day).state for day in (event, today)}
    return next((state for state in (relations.OUT, relations.UNKNOWN) if state in states), relations.IN)


def ages(comity, model, days, chance, rounds):
    """Compares whether Hague 1980 can be used, and the days on which ages are reached."""
    listed, told, compared = sorted(model.hague), [], 0
    accepted = sorted(tuple(sorted(pair)) for pair in model.acceptances)
    for _ in range(rounds):
        pair = chance.choice(accepted) if chance.random() < 0.5 else chance.sample(listed, 2)
        one, other = chance.sample(list(pair), 2)
        today = chance.choice([UNTIL_WHEN, "2024-02-29", "2019-03-01"])
        event = chance.choice([day for day in [*days.of("HAGUE_1980", one, other), *HAGUE_DAYS] if day <= today])
        born = some_birth(chance, datetime.date.fromisoformat(today))
        answer = said(comity, one, other, "--need", "return", "--event", event, "--on", today, "--child-born", str(born))
        asked = f"{one} {other} event {event} on {today} born {born}"
        expected = expected_use(model, one, other, event, today, born)
        got = [path["usable"] for path in answer["pathways"] if path["written"] == "HAGUE_1980"]
        if got != [expected]:
            told.append(f"return, {asked}: comity finds HAGUE_1980 {got}, the second model {expected}")
        told += ages_told(answer, born, asked)
        compared += 1
    return compared, told


def some_birth(chance, today):
    """A birth around sixteen years before a day, or on a leap day."""
    near = add_months(today, -16 * 12) + chance.choice([-1, 0, 1, 40, 400, 2000]) * DAY
    return chance.choice([near, near, datetime.date(2012, 2, 29)])


def ages_told(answer, born, asked):
    """Each sentence that names the day on which an age is reached must name the day that is counted here."""
    for path in answer["pathways"]:
        for sentence in path["reasons"]:
            if found := re.search(r"child turn(?:s|ed) (\d+) on (\d{4}-\d\d-\d\d)", sentence):
                counted = str(birthday(born, int(found[1])))
                if found[2] != counted:
                    yield f"{path['written']}, {asked}: comity says `{found[0]}`, the second model {counted}"


def differences(comity, model, days, seed, rounds):
    """All that is counted: how many answers were compared, and the differences."""
    chance = random.Random(seed)
    first, told = deadlines(comity, sorted(model.members), chance, rounds)
    second, more = ages(comity, model, days, chance, rounds)
    return first, second, told + more
