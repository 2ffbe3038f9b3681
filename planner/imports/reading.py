"""From the bytes of a file to the rows of one sheet, or a refusal that says what to do."""

from planner.imports import delimited, headings, workbooks
from planner.imports.grids import MOST_ROWS, Cell, Grid, has_content
from planner.imports.refusals import (
    EmptyFile,
    FileTooBig,
    HasMacros,
    HasPassword,
    NoHeader,
    NotASpreadsheet,
    OldExcel,
    TooManyRows,
    Unreadable,
)

__all__ = ["MOST_BYTES", "Cell", "Grid", "Unreadable", "read"]

MOST_BYTES = 5 * 1024 * 1024
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # the container of old Excel, and of any workbook under a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"RIFF", b"BM", b"II*\x00", b"MM\x00*", b"\x1f\x8b", b"Rar!",
    b"7z\xbc\xaf", b"MZ", b"\x7fELF", b"OggS", b"ID3",
)  # fmt: skip


def read(content: bytes, file_name: str) -> Grid:
    """The sheet that holds the programme: the first whose headings are recognised, else the first that is not empty.

    The kind of file is told by its content; `file_name` only tells macros, which its ending announces. Raises an
    `Unreadable` for anything else than a table of a reasonable size.
    """
    if len(content) > MOST_BYTES:
        raise FileTooBig
    if not content.strip(b"\x00 \t\r\n"):
        raise EmptyFile
    if file_name.lower().endswith((".xlsm", ".xltm", ".xlsb", ".xlam")):
        raise HasMacros
    if content.startswith(_OLE):
        raise HasPassword if _ENCRYPTED in content else OldExcel
    if content.startswith(b"PK\x03\x04"):
        return _chosen(list(workbooks.sheets(content)))
    if _is_another_kind(content):
        raise NotASpreadsheet
    return _chosen([delimited.sheet(content)])


def _is_another_kind(content: bytes) -> bool:
    """A picture, a document, an archive: its first bytes say so. A text may begin with two of the letters alone."""
    return content.startswith(tuple(mark for mark in _OTHERS if len(mark) > 2)) or (
        content.startswith((b"BM", b"MZ")) and b"\x00" in content[:100]
    )


def _chosen(sheets: list[Grid]) -> Grid:
    filled = [grid for grid in sheets if not grid.is_blank]
    if not filled:
        raise EmptyFile
    chosen, under = filled[0], 0
    for grid in filled:
        try:
            chosen, under = grid, headings.find_header(grid).index + 1
            break
        except NoHeader:
            continue
    if sum(has_content(row) for row in chosen.rows[under:]) > MOST_ROWS:
        raise TooManyRows
    return chosen
