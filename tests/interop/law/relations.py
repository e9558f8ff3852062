"""A second, simpler model of the relations between states, written from law/README.md and the tables alone.

It reads rows as text, keeps no index beyond dictionaries, and knows nothing of the engine in crates/law. Days are
ISO 8601 texts, which compare as days do.
"""

import csv
import dataclasses
import pathlib

LAW = pathlib.Path(__file__).resolve().parents[3] / "law"

IN, OUT, UNKNOWN = "in_force", "not_in_force", "unknown"

MULTILATERAL = {
    "HAGUE_1996": "hague_1996_parties",
    "LUX_1980": "luxembourg_1980_parties",
    "LANZAROTE": "lanzarote_parties",
    "BUDAPEST": "budapest_parties",
    "CETS_224": "cets224_signatures",
    "MLA_1959": "coe_mla_1959_parties",
    "EXTRADITION_1957": "coe_extradition_1957_parties",
    "PALERMO_TIP": "palermo_protocol_parties",
    "UNTOC": "untoc_parties",
    "OPSC": "crc_opsc_parties",
}
AGREEMENTS_OF_THE_UNION = {"EU_NO_IS_SURRENDER", "EU_UK_TCA_PART3"}
HANDED_OVER = {"HK": ("GB", "1997-07-01"), "MO": ("PT", "1999-12-20")}  # by the notes of their rows
NEGATIVE = {"signatory", "signatory-only", "not party", "ratified, not in force", "not_accepted", "does_not_apply"}
BINDING = {"party", "ratification", "accession", "succession", "acceptance", "approval", "in_force", "applies"}


def table(name):
    """The rows of a table, each with its line number in the file under `line`."""
    with (LAW / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        return [dict(row, line=f"{name}:{reader.line_num}") for row in reader]


@dataclasses.dataclass(frozen=True)
class Answer:
    """What holds on a day. `since` is None where the tables give no day; `latest` is a day by which it held at the latest."""

    state: str
    since: str | None = None
    latest: str | None = None
    no_row: bool = False


MISSING = Answer(UNKNOWN, no_row=True)


def dated(begin, day):
    """A fact with a day separates not in force before it from in force from it on."""
    return Answer(IN, begin) if day >= begin else Answer(OUT)


def undated(as_of, day):
    """A fact without a day holds from the day for which it was read."""
    return Answer(IN) if as_of and day >= as_of else Answer(UNKNOWN)


def negative(as_of, day):
    """A negative row holds on the day for which it was read, and proves nothing for another."""
    return Answer(OUT) if day == as_of else Answer(UNKNOWN)


def both(*answers):
    """All must bind: a missing row leaves all open, one that does not bind is enough for not in force, one unknown for unknown."""
    states = {answer.state for answer in answers}
    if any(answer.no_row for answer in answers):
        return MISSING
    if OUT in states:
        return Answer(OUT)
    if UNKNOWN in states:
        return Answer(UNKNOWN)
    days = [answer.since for answer in answers if answer.since]
    latest = [answer.latest for answer in answers if not answer.since]
    told = bool(days) and all(day and day <= max(days) for day in latest)
    return Answer(IN, max(days) if told else None)


def either(answers):
    """Rows about one and the same fact: a row that says something wins over those that prove nothing."""
    told = [answer for answer in answers if answer.state != UNKNOWN]
    if len({answer.state for answer in told}) != 1:
        return Answer(UNKNOWN)
    days = [answer.since for answer in told if answer.since]
    return Answer(told[0].state, min(days) if days else None)


def row_says(row, begin, day):
    """What one row of a party or acceptance table says for a day."""
    if row["confidence"] == "low":
        return Answer(UNKNOWN)
    if row["status"] in NEGATIVE:
        return negative(row["as_of"], day)
    if row["status"].startswith("listed as participant"):
        return Answer(UNKNOWN)
    if row["status"] not in BINDING:
        raise ValueError(f"{row['line']}: this model knows no status `{row['status']}`")
    return dated(begin, day) if begin else undated(row["as_of"], day)


class Relations:
    """The relations that the shipped tables give."""

    def __init__(self):
        self.parties = {code: {row["iso2"]: row for row in table(name)} for code, name in MULTILATERAL.items()}
        self.hague = {row["iso2"]: row for row in table("hague_1980_parties")}
        self.acceptances = {}
        for row in table("hague_1980_acceptances"):
            self.acceptances.setdefault(frozenset((row["acceding_iso2"], row["accepting_iso2"])), []).append(row)
        self.territories = {}
        for row in table("hague_1980_territories"):
            self.territories.setdefault(row["place"], []).append(row)
        self.objections = {
            frozenset((row["acceding_iso2"], row["objecting_iso2"])): row for row in table("hague_1996_objections")
        }
        self.acts = {}
        for row in table("eu_instruments_by_state"):
            self.acts.setdefault(row["instrument"], {})[row["iso2"]] = row
        self.members = set(self.acts["BRUSSELS_IIB"])

    def instruments(self):
        """The codes of all instruments that have a table of relations."""
        return ["HAGUE_1980", *self.parties, *self.acts]

    def relation(self, instrument, one, other, day):
        """What binds the two on the day. The order of the two does not matter."""
        if instrument == "HAGUE_1980":
            return self.hague_1980(one, other, day)
        one, other = whole_state(one), whole_state(other)
        if one == other:
            return Answer(OUT)
        if instrument == "HAGUE_1996":
            return self.hague_1996(one, other, day)
        if instrument in AGREEMENTS_OF_THE_UNION:
            return self.agreement(self.acts[instrument], one, other, day)
        if instrument in self.acts:
            return act(*(self.acts[instrument].get(place) for place in (one, other)), day)
        return both(*(self.party(instrument, place, day) for place in (one, other)))

    def party(self, instrument, place, day):
        """What a table of parties says of one place."""
        row = self.parties[instrument].get(place)
        return row_says(row, row["entry_into_force"], day) if row else MISSING

    def hague_1996(self, one, other, day):
        """An accession has effect but towards those that objected (art. 58(3)); until then it is not in force."""
        if frozenset((one, other)) in self.objections:
            return Answer(OUT)
        return both(*(self.hague_1996_party(place, day) for place in (one, other)))

    def hague_1996_party(self, place, day):
        """An accession whose day of effect could not be read was, for all the row says, not yet in force (art. 61(2)(b))."""
        row = self.parties["HAGUE_1996"].get(place)
        if row and not row["entry_into_force"] and row["eif_basis"] == "unknown":
            return Answer(UNKNOWN)
        return self.party("HAGUE_1996", place, day)

    def agreement(self, rows, one, other, day):
        """The Union and its member states on one side, the state that the table names on the other."""
        for member, outsider in ((one, other), (other, one)):
            if member in self.members | {"EU"} and outsider in rows:
                return act_says(rows[outsider], day)
        return Answer(UNKNOWN)

    def hague_1980(self, one, other, day):
        """Automatic between those that ratified, by acceptance where an accession is involved (arts. 37, 38, 43)."""
        if state_of(one, day) == state_of(other, day):
            return Answer(OUT)
        towards = self.own_days_between(one, other)
        if towards:
            return until(towards, day)
        answers = [self.hague_1980_place(place, day) for place in (one, other)]
        for place, (before, changed) in HANDED_OVER.items():
            if {one, other} == {place, before}:
                answers.append(dated(changed, day))
        if self.acceded(one) or self.acceded(other):
            pair = frozenset((whole_state(one), whole_state(other)))
            answers.append(either([row_says(row, row["date_in_force"], day) for row in self.acceptances.get(pair, [])]))
        return both(*answers)

    def own_days_between(self, one, other):
        """The row of a territory that states the day towards just the other."""
        for place, towards in ((one, other), (other, one)):
            for row in self.territories.get(place, []):
                if row["towards"] == towards:
                    return row
        return None

    def acceded(self, place):
        """Whether the place's own entry in the table of parties is an accession."""
        row = self.hague.get(whole_state(place))
        return bool(row) and row["status"] == "accession"

    def hague_1980_place(self, place, day):
        """From when the Convention applies to one place, if that can be told without the other."""
        if place == "CA" or place.startswith("CA-"):
            began = dated(self.hague["CA"]["entry_into_force"], day)
            return began if began.state == OUT else self.part_of_canada(place, day)
        if place in self.territories:
            return self.chinese_territory(place, day)
        row = self.hague.get(place)
        return row_says(row, row["entry_into_force"], day) if row else MISSING

    def part_of_canada(self, place, day):
        """Days are known as against the United Kingdom: by then the Convention applied, before that it may have."""
        rows = [row for rows in self.territories.values() for row in rows if place in (row["place"], row["state"])]
        days = [row["from"] for row in rows]
        return Answer(IN, latest=max(days)) if days and day >= max(days) else Answer(UNKNOWN)

    def chinese_territory(self, place, day):
        """Hong Kong and Macao by days of their own; mainland China by a negative row."""
        row = next(row for row in self.territories[place] if not row["towards"])
        if row["status"] in NEGATIVE:
            return negative(row["as_of"], day)
        if place == "HK" and day < row["from"]:
            return Answer(UNKNOWN)  # the row's note: extended by the United Kingdom before, first day not in the tables
        return dated(row["from"], day)


def act(one, other, day):
    """An act of the Union between two states. `no` is a rule (Protocol 22), not an observation: it holds towards everybody."""
    left_out = [row for row in (one, other) if row and row["participates"] == "no" and row["confidence"] != "low"]
    return Answer(OUT) if left_out else both(*(act_says(row, day) for row in (one, other)))


def act_says(row, day):
    """An act of the Union, or an agreement of it, for one state."""
    if row is None:
        return MISSING
    if row["confidence"] == "low" or row["participates"] == "no":
        return Answer(UNKNOWN)
    return dated(row["applies_from"], day) if row["applies_from"] else undated(row["as_of"], day)


def until(row, day):
    """A row with a first day and perhaps a day on which it ended."""
    return Answer(OUT) if row["until"] and day >= row["until"] else dated(row["from"], day)


def state_of(place, day):
    """The state to which a place belongs on a day, as far as the table of territories (Hague 1980) tells."""
    if place not in HANDED_OVER:
        return whole_state(place)
    before, changed = HANDED_OVER[place]
    return before if day < changed else "CN"


def whole_state(place):
    """The state of a province such as `CA-AB`: a treaty binds all of its territory (Vienna Convention art. 29)."""
    return place.split("-")[0]
