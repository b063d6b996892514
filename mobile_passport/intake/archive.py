"""An XLSX or ODS opened with suspicion: what is unpacked is bounded, and only what was checked is read."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.parsers import expat

from mobile_passport.intake.findings import FindingCode, refuse
from mobile_passport.intake.rules import FileLimits

OPENDOCUMENT_CONTENT = "content.xml"
OPENDOCUMENT_MANIFEST = "META-INF/manifest.xml"
_XLSX_WORKBOOK = "xl/workbook.xml"
_XLSX_TYPES = "[Content_Types].xml"
_ENCRYPTED_PART = b"encryption-data"  # ODF 1.3 part 2, 4.4: an element of the manifest for each encrypted part
_ACTIVE_PARTS = (
    "vbaproject",
    "externallinks/",
    "embeddings/",
    "activex/",
    "connections.xml",
    "ctrlprops/",
    "macrosheets/",
)
_ENCRYPTED_FLAG = 0x1
_RATIO_MATTERS_FROM = 100_000  # bytes unpacked: below, a sheet of equal rows may honestly pack very tightly
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedArchive:
    """The XML parts of a workbook, each unpacked within limits and free of document type declarations.

    Attributes
    ----------
    parts
        Content by name, in the order of the archive.
    """

    parts: dict[str, bytes]

    @property
    def is_opendocument(self) -> bool:
        """Whether it is an ODS; else it is an XLSX."""
        return _XLSX_WORKBOOK not in self.parts

    def repacked(self) -> bytes:
        """A plain archive of exactly these parts: no reader meets a byte that was not checked."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name), content)
        return buffer.getvalue()


def open_archive(data: bytes, limits: FileLimits) -> CheckedArchive:
    """Unpack the XML parts of an XLSX or ODS.

    Raises
    ------
    RefusedFile
        I104 to I109 or I103.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_directory(members, limits)
            parts = {member.filename: _unpack(archive, member) for member in members if _is_xml(member.filename)}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise refuse(FindingCode.BROKEN_FILE) from error
    if _ENCRYPTED_PART in parts.get(OPENDOCUMENT_MANIFEST, b""):
        raise refuse(FindingCode.ENCRYPTED)
    if OPENDOCUMENT_CONTENT not in parts and not {_XLSX_WORKBOOK, _XLSX_TYPES} <= parts.keys():
        raise refuse(FindingCode.UNSUPPORTED_TYPE)
    if b"macroenabled" in parts.get(_XLSX_TYPES, b"").lower():
        raise refuse(FindingCode.ACTIVE_CONTENT)
    for content in parts.values():
        _check_xml(content)
    return CheckedArchive(parts=parts)


def _check_directory(members: list[zipfile.ZipInfo], limits: FileLimits) -> None:
    if len(members) > limits.maximum_members:
        raise refuse(FindingCode.TOO_MANY_MEMBERS, limit=limits.maximum_members)
    names = [member.filename.lower() for member in members]
    if len(set(names)) < len(names) or any(".." in PurePosixPath(name).parts for name in names):
        raise refuse(FindingCode.BROKEN_FILE)
    if any(member.flag_bits & _ENCRYPTED_FLAG for member in members):
        raise refuse(FindingCode.ENCRYPTED)
    if any(member.compress_type not in _PACKINGS for member in members):
        raise refuse(FindingCode.BROKEN_FILE)
    if any(part in name for name in names for part in _ACTIVE_PARTS):
        raise refuse(FindingCode.ACTIVE_CONTENT)
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.maximum_unpacked_bytes or any(_packs_too_well(member, limits) for member in members):
        raise refuse(FindingCode.UNPACKS_TOO_LARGE)


def _packs_too_well(member: zipfile.ZipInfo, limits: FileLimits) -> bool:
    return (
        member.file_size > _RATIO_MATTERS_FROM
        and member.file_size > limits.maximum_unpacked_ratio * member.compress_size
    )


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Unpack one member: never more than its stated size, which the directory's check has bounded."""
    with archive.open(member) as stream:
        content = stream.read(member.file_size + 1)
    if len(content) != member.file_size:
        raise refuse(FindingCode.BROKEN_FILE)
    return content


def _check_xml(content: bytes) -> None:
    """Insist on well-formed UTF-8 XML without a document type declaration, and so without entities of its own."""
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise refuse(FindingCode.BROKEN_FILE) from error


def _refuse_doctype(name: str, system_id: str | None, public_id: str | None, has_internal_subset: bool) -> None:
    raise refuse(FindingCode.XML_DOCTYPE)
