"""Peers of names and duplicates: `names.py WORK DATA` reads WORK/pairs.tsv (kind, name, name), writes WORK/scores.txt with logic-v2's
score of each pair, and WORK/figures.txt with its speed and with Splink's best F1 on DATA/persons/fake_1000.csv."""

import csv
import sys
import time
from pathlib import Path


def entity(number, kind, name):
    from followthemoney import model

    schema = kind if kind in ("Person", "Company", "Organization", "LegalEntity", "Vessel") else "Person"
    return model.get_proxy({"id": f"e{number}", "schema": schema, "properties": {"name": [name]}})


def names(work, figures):
    from nomenklatura.matching import get_algorithm

    algorithm = get_algorithm("logic-v2")
    config = algorithm.default_config()
    rows = [line.split("\t") for line in (work / "pairs.tsv").read_text("utf-8").splitlines()]
    pairs = [(entity(2 * at, kind, one), entity(2 * at + 1, kind, two)) for at, (kind, one, two) in enumerate(rows)]
    algorithm.compare(*pairs[0], config)
    start = time.thread_time()
    scores = [algorithm.compare(one, two, config).score for one, two in pairs]
    figures.append(("logic-v2: pairs a second, one core", len(pairs) / (time.thread_time() - start)))
    (work / "scores.txt").write_text("\n".join(f"{score:.6f}" for score in scores), "utf-8")


def settings(block_on, SettingsCreator, cl):
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        blocking_rules_to_generate_predictions=[
            block_on("first_name"), block_on("surname"), block_on("dob"), block_on("email"), block_on("substr(dob,1,7)", "city"),
        ],
        comparisons=[
            cl.JaroWinklerAtThresholds("first_name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("surname", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("dob", [1, 2]),
            cl.LevenshteinAtThresholds("city", [2]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("email", [0.92, 0.8]),
        ],
    )


def splink(data, figures):
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    file = data / "persons" / "fake_1000.csv"
    truth = {row["unique_id"]: row["cluster"] for row in csv.DictReader(file.open(encoding="utf-8"))}
    api = DuckDBAPI()
    table = f"SELECT * EXCLUDE (cluster) FROM read_csv('{file}', all_varchar=true)"
    api._con.execute(f"CREATE TABLE people AS {table}") if hasattr(api, "_con") else None
    linker = Linker(api.register("people") if hasattr(api, "register") else "people", settings(block_on, SettingsCreator, cl))
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("first_name", "surname", "dob"), block_on("email")], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
    training.estimate_parameters_using_expectation_maximisation(block_on("email"))
    predicted = linker.inference.predict(threshold_match_probability=0.001)
    found = predicted.as_record_list()
    same = sum(n * (n - 1) // 2 for n in (list(truth.values()).count(c) for c in set(truth.values())))
    said = sorted(((row["match_probability"], truth[row["unique_id_l"]] == truth[row["unique_id_r"]]) for row in found), reverse=True)
    best, right = 0.0, 0
    for taken, (_, is_same) in enumerate(said, 1):
        right += is_same
        best = max(best, 2 * right / (taken + same))
    figures.append(("Splink: best F1 on fake_1000", best))


def main():
    work, data = Path(sys.argv[1]), Path(sys.argv[2])
    figures, faults = [], []
    for peer in (lambda: names(work, figures), lambda: splink(data, figures)):
        try:
            peer()
        except Exception as fault:  # a peer that fails is said, and does not stop the other
            faults.append(f"{type(fault).__name__}: {fault}")
    (work / "figures.txt").write_text("\n".join(f"{name}\t{value}" for name, value in figures), "utf-8")
    if faults:
        sys.exit("; ".join(faults).replace("\n", " "))


main()
