"""Validates the CASE samples with CASE's own validator, without the network. `check.py FOLDER`

Nothing may be noted but that `BLAKE3` is not in UCO's open list of hash methods. Damaged copies must be refused.
"""

import copy
import functools
import json
import logging
import pathlib
import sys
import tempfile
import warnings

import case_utils.case_validate
import rdflib

SHACL = rdflib.Namespace("http://www.w3.org/ns/shacl#")
HASH_METHOD = rdflib.URIRef("https://ontology.unifiedcyberontology.org/uco/types/hashMethod")


def refuse_network(event: str, arguments: tuple) -> None:
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise AssertionError(f"the validator asked for the network: {arguments}")


def result(path: pathlib.Path):
    # `allow_infos` as `case_validate --allow-info`: warnings and concepts that CASE does not have are faults.
    return case_utils.case_validate.validate(str(path), allow_infos=True)


def check(path: pathlib.Path) -> int:
    """Valid, and what is noted is expected. The number of nodes."""
    found = result(path)
    assert found.conforms and not found.undefined_concepts, (path, found.text)
    for note in found.graph.objects(None, SHACL.result):
        noted = found.graph.value(note, SHACL.resultPath), found.graph.value(note, SHACL.value)
        assert noted == (HASH_METHOD, rdflib.Literal("BLAKE3")), (path, noted)
    return len(json.loads(path.read_text(encoding="utf-8"))["@graph"])


def of_type(file: dict, kind: str) -> dict:
    return next(node for node in file["@graph"] if kind in node["@type"])


def without_hash_value(file: dict) -> None:
    del of_type(file, "uco-types:Hash")["uco-types:hashValue"]


def number_as_exhibit_number(file: dict) -> None:
    of_type(file, "case-investigation:ProvenanceRecord")["case-investigation:exhibitNumber"] = 17


def hash_that_is_not_hexadecimal(file: dict) -> None:
    of_type(file, "uco-types:Hash")["uco-types:hashValue"]["@value"] = "not a hash"


def day_as_time(file: dict) -> None:
    action = of_type(file, "case-investigation:InvestigativeAction")
    action["uco-action:startTime"] = {"@type": "xsd:date", "@value": "2026-03-09"}


def hash_as_performer(file: dict) -> None:
    action = next(node for node in file["@graph"] if "uco-action:performer" in node)
    action["uco-action:performer"] = {"@id": of_type(file, "uco-types:Hash")["@id"]}


def relation_without_target(file: dict) -> None:
    del of_type(file, "uco-core:Relationship")["uco-core:target"]


def misspelt_property(file: dict) -> None:
    of_type(file, "case-investigation:ProvenanceRecord")["case-investigation:exhibitNumbr"] = "1"


DAMAGE = [
    without_hash_value,
    number_as_exhibit_number,
    hash_that_is_not_hexadecimal,
    day_as_time,
    hash_as_performer,
    relation_without_target,
    misspelt_property,
]


def check_refused(sample: pathlib.Path, folder: pathlib.Path) -> None:
    whole = json.loads(sample.read_text(encoding="utf-8"))
    for damage in DAMAGE:
        file = copy.deepcopy(whole)
        damage(file)
        path = folder / f"{damage.__name__}.jsonld"
        path.write_text(json.dumps(file), encoding="utf-8")
        assert not result(path).conforms, f"the validator took a file with {damage.__name__}"


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    # The ontologies are read once, not for every file.
    case_utils.case_validate.get_ontology_graph = functools.cache(case_utils.case_validate.get_ontology_graph)
    sys.addaudithook(refuse_network)
    folder = pathlib.Path(sys.argv[1])
    samples = sorted(folder.glob("*.jsonld"))
    assert samples, f"no samples in {folder}"
    nodes = sum(check(path) for path in samples)
    with tempfile.TemporaryDirectory() as altered:
        check_refused(folder / "bundle.jsonld", pathlib.Path(altered))
    print(f"case: {len(samples)} files with {nodes} nodes are valid, {len(DAMAGE)} damaged ones are refused")


main()
