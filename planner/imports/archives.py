"""The parts of a workbook, which is a ZIP archive: unpacked by hand, counted while they come out, never trusted.

What an archive says of its own sizes may lie, and two programs may read one archive in two ways. So the parts that
matter are inflated here under a limit, then packed anew for the library that reads them.
"""

import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from planner.imports.refusals import HasMacros, HasPassword, UnpacksTooBig, Unreadable

MOST_UNPACKED = 50 * 1024 * 1024  # bytes, of all the parts together
MOST_PARTS = 1_000
_STEP = 1024 * 1024
_IS_ENCRYPTED = 0x1


def unpack(content: bytes) -> dict[str, bytes]:
    """The parts by name. `UnpacksTooBig` as soon as they exceed the limit, whatever the archive says of itself."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as fault:
        raise Unreadable from fault
    if any("vbaproject" in part.filename.lower() for part in parts):
        raise HasMacros
    if any(part.flag_bits & _IS_ENCRYPTED for part in parts):
        raise HasPassword
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnpacksTooBig
    unpacked: dict[str, bytes] = {}
    left = MOST_UNPACKED
    for part in parts:
        unpacked[part.filename] = _inflate(_packed(content, part), part, left)
        left -= len(unpacked[part.filename])
    return unpacked


def pack(parts: Mapping[str, bytes]) -> BytesIO:
    """An archive of these parts, which says the truth."""
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_STORED) as writer:
        for name, content in parts.items():
            writer.writestr(name, content)
    archive.seek(0)
    return archive


def _packed(content: bytes, part: ZipInfo) -> memoryview:
    """The bytes of the part as they lie in the archive, after its local header (APPNOTE 4.3.7)."""
    header = content[part.header_offset : part.header_offset + 30]
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise Unreadable
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = part.header_offset + 30 + names
    return memoryview(content)[start : start + part.compress_size]


def _inflate(packed: memoryview, part: ZipInfo, limit: int) -> bytes:
    if part.compress_type == ZIP_STORED:
        if len(packed) > limit:
            raise UnpacksTooBig
        return bytes(packed)
    if part.compress_type != ZIP_DEFLATED:
        raise Unreadable
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces, size, waiting = [], 0, bytes(packed)
    try:
        while waiting and not inflater.eof:
            piece = inflater.decompress(waiting, _STEP)
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                raise UnpacksTooBig
            waiting = inflater.unconsumed_tail
    except zlib.error as fault:
        raise Unreadable from fault
    if not inflater.eof:
        raise Unreadable
    return b"".join(pieces)
