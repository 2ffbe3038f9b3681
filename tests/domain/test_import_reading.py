"""Files as they come: every encoding, both kinds of workbooks, and what is refused at once."""

import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odfdo import Cell as OdfCell
from odfdo import Document, Table
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from planner.imports.grids import Cell, Grid
from planner.imports.reading import read
from planner.imports.refusals import Unreadable

HEADINGS = ["Titre", "Date", "Lieu"]
ROW = ["Atelier «\u00a0usagers\u00a0»", "12/11/2026", "Cité administrative, œuvre"]


def xlsx(fill: Callable[[Workbook, Worksheet], None]) -> bytes:
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        fill(workbook, workbook.add_worksheet("Programme"))
    return content.getvalue()


def plain_xlsx(*rows: list[str]) -> bytes:
    def fill(_: Workbook, sheet: Worksheet) -> None:
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return xlsx(fill)


def rebuilt(archive: bytes, change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    """The archive with its parts changed, and some more."""
    content = BytesIO()
    with ZipFile(BytesIO(archive)) as before, ZipFile(content, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name)))
        for name, part in more.items():
            after.writestr(name.replace("__", "/"), part)
    return content.getvalue()


def ods(table: str) -> bytes:
    """A sheet of this XML: `table:` and `text:` elements."""
    document = Document("spreadsheet")
    content = BytesIO()
    document.save(content)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Programme">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return rebuilt(content.getvalue(), lambda name, part: body.encode() if name == "content.xml" else part)


def odf_cell(text: str, said: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {said}><text:p>{text}</text:p></table:table-cell>'


# ── CSV ──


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_csv_is_read_whatever_its_encoding_and_its_separator(encoding: str, separator: str, line_break: str) -> None:
    lines = [separator.join(f'"{cell}"' for cell in row) for row in (HEADINGS, ROW)]

    assert read(line_break.join(lines).encode(encoding), "programme.csv") == Grid([HEADINGS, ROW])


def test_the_lines_of_a_csv_are_those_that_a_spreadsheet_shows() -> None:
    content = 'Programme du lab;;\n\nTitre;Date;Lieu\n"Atelier\nsur deux lignes";12/11;Lyon\n;;\nVisite;13/11\n\n'

    assert read(content.encode(), "a.csv").rows == [
        ["Programme du lab"],
        [],
        ["Titre", "Date", "Lieu"],
        ["Atelier\nsur deux lignes", "12/11", "Lyon"],
        [],
        ["Visite", "13/11"],
    ]


def test_a_separator_that_is_declared_is_believed() -> None:
    assert read(b"sep=|\r\nTitre|Date\r\nA;B,C|12/11", "a.csv").rows == [["Titre", "Date"], ["A;B,C", "12/11"]]


def test_commas_in_the_texts_are_not_separators() -> None:
    content = "Titre;Date;Description\nAtelier;12/11;un, deux, trois, quatre\nVisite;13/11;un, deux, trois, quatre\n"

    assert read(content.encode(), "a.csv").rows[1] == ["Atelier", "12/11", "un, deux, trois, quatre"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("=1+1", "=1+1"),
        ("'=1+1", "=1+1"),
        ("'+33 1", "+33 1"),
        ("'ancien", "'ancien"),
        ("<b>gras</b>{{ 7*7 }}", "<b>gras</b>{{ 7*7 }}"),
        ("😀 emoji", "😀 emoji"),
        ("a\x00b\x07c\x1b[1m", "abc[1m"),
        ("a\tb", "a b"),
        ("\x07", None),
        ("   ", None),
    ],
)
def test_a_cell_stays_the_text_that_it_is(typed: str, kept: Cell) -> None:
    assert read(f'Titre;Date\n"{typed}";12/11\n'.encode(), "a.csv").rows[1] == [kept, "12/11"]


# ── Workbooks ──


def test_the_cells_of_an_xlsx_keep_their_kind() -> None:
    def fill(workbook: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(2, 1, ["Titre", "Date", "Heure", "Places", "Gratuit", "Résumé"])
        sheet.write_string(3, 1, "=1+1 <b>\x07")
        sheet.write_datetime(3, 2, date(2026, 11, 12), workbook.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_datetime(3, 3, time(9, 30), workbook.add_format({"num_format": "hh:mm"}))
        sheet.write_number(3, 4, 30)
        sheet.write_boolean(3, 5, True)  # noqa: FBT003 -- the library's own
        sheet.write_formula(3, 6, '="a"&"b"', None, "ab")
        moment = datetime.fromisoformat("2026-11-12 09:30")
        sheet.write_datetime(4, 2, moment, workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"}))

    assert read(xlsx(fill), "programme.xlsx") == Grid(
        [
            [],
            [],
            [None, "Titre", "Date", "Heure", "Places", "Gratuit", "Résumé"],
            [None, "=1+1 <b>", date(2026, 11, 12), time(9, 30), 30.0, True, "ab"],
            [None, None, datetime.fromisoformat("2026-11-12 09:30")],
        ],
        1,
        "Programme",
    )


def test_a_cell_merged_downwards_stands_for_each_of_its_rows() -> None:
    def fill(_: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(0, 0, 0, 2, "Programme du lab")
        sheet.write_row(1, 0, HEADINGS)
        sheet.merge_range(2, 0, 4, 0, "Atelier")
        sheet.merge_range(2, 2, 3, 3, "Lyon")
        sheet.write_column(2, 1, ["12/11", "13/11", "14/11"])

    assert read(xlsx(fill), "a.xlsx").rows == [
        ["Programme du lab"],
        HEADINGS,
        ["Atelier", "12/11", "Lyon"],
        ["Atelier", "13/11", "Lyon"],
        ["Atelier", "14/11"],
    ]


def test_merged_cells_of_an_ods_do_too() -> None:
    rows = [
        "".join(map(odf_cell, HEADINGS)),
        odf_cell("Atelier", 'table:number-rows-spanned="2"') + odf_cell("12/11"),
        "<table:covered-table-cell/>" + odf_cell("13/11"),
        odf_cell("Visite") + odf_cell("14/11"),
    ]
    content = ods("".join(f"<table:table-row>{row}</table:table-row>" for row in rows))

    assert read(content, "a.ods").rows == [
        HEADINGS,
        ["Atelier", "12/11"],
        ["Atelier", "13/11"],
        ["Visite", "14/11"],
    ]


def test_an_ods_is_read_with_the_blank_rows_that_its_program_repeats() -> None:
    document = Document("spreadsheet")
    document.body.clear()
    table = Table("Feuille")
    for column, value in enumerate(["Titre", date(2026, 11, 12), 30]):
        table.set_cell((column, 1), OdfCell(value))
    document.body.append(table)
    content = BytesIO()
    document.save(content)

    grid = read(content.getvalue(), "a.ods")

    assert (grid.sheet, grid.rows) == ("Feuille", [[], ["Titre", date(2026, 11, 12), 30]])


def test_blank_cells_that_are_only_painted_do_not_count() -> None:
    def fill(workbook: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_blank(1_048_575, 16_383, None, workbook.add_format({"bold": True}))

    painted = "<table:table-cell table:number-columns-repeated='16384'/>"
    row = f"<table:table-row>{''.join(map(odf_cell, HEADINGS))}</table:table-row>"
    blank = f"<table:table-row table:number-rows-repeated='1048575'>{painted}</table:table-row>"

    assert read(xlsx(fill), "a.xlsx").rows == read(ods(row + blank), "a.ods").rows == [HEADINGS]


def test_the_sheet_is_the_first_whose_headings_are_known_else_the_first_that_is_not_empty() -> None:
    def known(workbook: Workbook, sheet: Worksheet) -> None:
        sheet.write(0, 0, "Consignes")
        workbook.add_worksheet("Vide")
        workbook.add_worksheet("Novembre").write_row(0, 0, HEADINGS)
        workbook.add_worksheet("Autre").write_row(0, 0, HEADINGS)

    def unknown(workbook: Workbook, sheet: Worksheet) -> None:
        workbook.add_worksheet("Notes").write(0, 0, "rien ici")

    def hidden(workbook: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, HEADINGS)
        other = workbook.add_worksheet("Listes")
        other.write_row(0, 0, HEADINGS)
        sheet.hide()
        other.activate()
        other.set_first_sheet()

    assert [read(xlsx(fill), "a.xlsx").sheet for fill in (known, unknown, hidden)] == ["Novembre", "Notes", "Listes"]


# ── Refusals ──


def same(_: str, part: bytes) -> bytes:
    return part


def with_cell(cell: str) -> bytes:
    """A workbook whose sheet holds one more cell, written by hand."""
    return rebuilt(
        plain_xlsx(HEADINGS),
        lambda name, part: part.replace(b"<sheetData>", f"<sheetData>{cell}".encode()) if "sheet1" in name else part,
    )


def lying(archive: bytes, name: str) -> bytes:
    """The archive, where one part says in both its headers that it unpacks to 100 bytes."""
    with ZipFile(BytesIO(archive)) as reader:
        said = struct.pack("<I", reader.getinfo(name).file_size)
    return archive.replace(said, struct.pack("<I", 100))


def bomb() -> bytes:
    return rebuilt(plain_xlsx(HEADINGS), same, xl__media__x_xml=b"\x00" * (51 * 1024 * 1024))


def docx() -> bytes:
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return content.getvalue()


def too_many_rows() -> bytes:
    return "\n".join(["Titre;Date", *(f"Atelier {number};12/11" for number in range(2_001))]).encode()


REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("vide.csv", lambda: b"", "file.empty"),
    ("vide.csv", lambda: b"\xef\xbb\xbf \r\n;;\n", "file.empty"),
    ("vide.xlsx", plain_xlsx, "file.empty"),
    ("gros.csv", lambda: b"Titre;Date\n" + b"a" * (5 * 1024 * 1024), "file.too_big"),
    ("bombe.xlsx", bomb, "file.unpacks_too_big"),
    ("menteur.xlsx", lambda: lying(bomb(), "xl/media/x_xml"), "file.unpacks_too_big"),
    ("longue.csv", too_many_rows, "file.too_many_rows"),
    ("longue.xlsx", lambda: with_cell('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "file.too_many_rows"),
    ("longue.xlsx", lambda: with_cell('<row r="1048576"><c><v>1</v></c></row>'), "file.too_many_rows"),
    ("large.xlsx", lambda: with_cell('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "file.too_many_columns"),
    (
        "longue.ods",
        lambda: ods(f"<table:table-row table:number-rows-repeated='1000000'>{odf_cell('x')}</table:table-row>"),
        "file.too_many_rows",
    ),
    (
        "large.ods",
        lambda: ods(
            "<table:table-row>" + odf_cell("x", 'table:number-columns-repeated="16384"') + "</table:table-row>"
        ),
        "file.too_many_columns",
    ),
    ("macros.xlsm", lambda: plain_xlsx(HEADINGS), "file.macros"),
    ("macros.xlsx", lambda: rebuilt(plain_xlsx(HEADINGS), same, xl__vbaProject_bin=b"x"), "file.macros"),
    (
        "secret.xlsx",
        lambda: bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "file.password",
    ),
    ("ancien.xls", lambda: bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), "file.old_excel"),
    ("image.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "file.not_a_spreadsheet"),
    ("image.csv", lambda: b"\xff\xd8\xff\xe0" + bytes(100), "file.not_a_spreadsheet"),
    ("affiche.xlsx", lambda: b"%PDF-1.7\n%\xe2\xe3", "file.not_a_spreadsheet"),
    ("page.xls", lambda: b"<html><table><tr><td>Titre</td></tr></table></html>", "file.not_a_spreadsheet"),
    ("texte.xlsx", docx, "file.not_a_spreadsheet"),
    ("abîmé.xlsx", lambda: plain_xlsx(HEADINGS)[:-200], "file.unreadable"),
    ("abîmé.xlsx", lambda: b"PK\x03\x04" + bytes(50), "file.unreadable"),
    ("guillemet.csv", lambda: b'Titre;Date\n"Atelier;12/11\n' + b"x;y\n" * 40_000, "file.unclosed_quote"),
]


@pytest.mark.parametrize(("name", "content", "code"), REFUSED, ids=[f"{name}-{code}" for name, _, code in REFUSED])
def test_what_cannot_be_read_is_refused_with_what_to_do(name: str, content: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content(), name)

    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def test_a_definition_of_its_own_in_a_sheet_is_not_followed() -> None:
    definition = b'<!DOCTYPE worksheet [<!ENTITY a "aaaa">]><worksheet'
    content = rebuilt(
        plain_xlsx(HEADINGS),
        lambda name, part: part.replace(b"<worksheet", definition) if "sheet1" in name else part,
    )

    with pytest.raises(Unreadable):
        read(content, "a.xlsx")


def test_two_thousand_rows_are_read_and_one_more_is_not() -> None:
    rows = [["Titre", "Date"], *(["Atelier", "12/11"] for _ in range(2_000))]

    assert len(read("\n".join(map(";".join, rows)).encode(), "a.csv").rows) == 2_001


def test_an_archive_is_counted_while_it_is_unpacked() -> None:
    """A part that says it is small is as big as it comes out."""
    packed = zlib.compress(b"\x00" * (51 * 1024 * 1024))
    content = lying(bomb(), "xl/media/x_xml")

    assert len(content) < 2 * len(packed)
    with ZipFile(BytesIO(content)) as reader:
        assert sum(part.file_size for part in reader.infolist()) < 100_000


@given(st.binary(max_size=300) | st.binary(max_size=100).map(lambda end: plain_xlsx(HEADINGS)[:-60] + end))
def test_no_content_is_more_than_refused(content: bytes) -> None:
    with suppress(Unreadable):
        assert not read(content, "programme").is_blank


def test_a_workbook_in_an_encoding_that_does_not_exist_is_refused() -> None:
    packed = BytesIO()
    with ZipFile(BytesIO(plain_xlsx(HEADINGS, ROW))) as workbook, ZipFile(packed, "w") as damaged:
        for part in workbook.namelist():
            damaged.writestr(part, workbook.read(part).replace(b'encoding="UTF-8"', b'encoding="UTK-8"'))

    with pytest.raises(Unreadable):
        read(packed.getvalue(), "programme.xlsx")


@given(st.integers(0, 5_000), st.integers(0, 255))
def test_a_workbook_with_a_damaged_byte_is_read_or_refused(where: int, byte: int) -> None:
    content = bytearray(plain_xlsx(HEADINGS, ROW))
    content[where % len(content)] = byte

    with suppress(Unreadable):
        assert not read(bytes(content), "programme.xlsx").is_blank
