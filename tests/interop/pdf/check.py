"""Reads the PDF samples with pypdf: title, language, tags, pages and text. `check.py FOLDER`"""

import pathlib
import re
import sys

from pypdf import PdfReader

EXPECTED = {
    "en": ("Return of a child: France – Morocco", ["because France has accepted the accession", "• Ask for the return", "→ Rabat"]),
    "fr": ("Retour d’un enfant : France – Maroc", ["cœur, naïveté, Noël", "À faire"]),
    "es": ("Restitución de un niño: España – Marruecos", ["¿Desde cuándo?", "señalado en la tabla"]),
    "ar": ("إعادة طفل: فرنسا – المغرب", ["ما يجب عمله", "(Hague 1980)", "2027-03-09", "FR-2026-00017"]),
}
PAGES = {"en": 1, "fr": 1, "es": 1, "ar": 1, "en-long": 3, "ar-long": 4}


def check(path: pathlib.Path) -> None:
    reader = PdfReader(path, strict=True)
    root = reader.trailer["/Root"]
    language = path.stem.split("-")[0]
    title, phrases = EXPECTED[language]
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    assert reader.metadata.title == title, (path, reader.metadata.title)
    assert root["/Lang"] == language, path
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]["/K"], path
    assert root["/ViewerPreferences"]["/DisplayDocTitle"], path
    assert len(reader.pages) == PAGES[path.stem], (path, len(reader.pages))
    for phrase in [title, *phrases]:
        assert phrase in text, (path, phrase, text)


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    for name in PAGES:
        check(folder / f"{name}.pdf")
    print(f"pdf: {len(PAGES)} files read as they were meant")


main()
