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
# The indexes of a court bundle, in a folder of their own. Isolates stand around texts of others.
INDEX_EXPECTED = {
    "en": ("Index of the court bundle", ["GAP: event 2 of FR-NCB is missing here.", "OPEN HAND-OVER", "3c3c3c3c 3c3c3c3c"]),
    "fr": ("Inventaire du dossier de preuves", ["LACUNE : l’événement 2 de FR-NCB manque ici.", "Pièce à conviction LYON/26/0017-2"]),
    "es": ("Índice del expediente de pruebas", ["INTERRUPCIÓN: falta aquí el acto 2 de FR-NCB.", "telephone.dd"]),
    "ar": ("فهرس ملف الأدلة المقدَّم إلى المحكمة", ["سلسلة الحفظ", "3c3c3c3c 3c3c3c3c", "2026-03-09 08:12:00 UTC"]),
}
INDEX_PAGES = {"index-en": 3, "index-fr": 3, "index-es": 3, "index-ar": 4}


def check(path: pathlib.Path, title: str, phrases: list[str], pages: int, language: str) -> None:
    reader = PdfReader(path, strict=True)
    root = reader.trailer["/Root"]
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    assert reader.metadata.title == title, (path, reader.metadata.title)
    assert root["/Lang"] == language, path
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]["/K"], path
    assert root["/ViewerPreferences"]["/DisplayDocTitle"], path
    assert len(reader.pages) == pages, (path, len(reader.pages))
    for phrase in [title, *phrases]:
        assert phrase in text, (path, phrase, text)


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    is_index = (folder / "index-en.pdf").exists()
    names, expected = (INDEX_PAGES, INDEX_EXPECTED) if is_index else (PAGES, EXPECTED)
    for name, pages in names.items():
        language = name.removeprefix("index-").split("-")[0]
        check(folder / f"{name}.pdf", *expected[language], pages, language)
    print(f"pdf: {len(names)} files read as they were meant")


main()
