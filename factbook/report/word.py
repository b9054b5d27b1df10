"""The report as a Word document.

python-docx creates the package: styles, numbering, header, footer, properties. The body is written
as XML text, because the time of its table interface grows with the square of the size.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement

from factbook.report.blocks import Document
from factbook.report.text import one_line
from factbook.report.word_body import BodyWriter
from factbook.report.word_styles import add_numbering, set_page, set_styles

_FIXED_DATE = datetime(2000, 1, 1)
_FIXED_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
_BODY = "word/document.xml"
_BODY_MARK = b"<w:p/>"
_PROPERTY_CHARACTERS = 255
_LEFTOVERS = ("/thumbnail", "/stylesWithEffects", "/customXml")


def to_word(document: Document) -> bytes:
    """The report as .docx; the same bytes for the same document.

    The contents are a field whose entries are already filled in as links; page numbers appear when
    a reader updates it. The heading of a section has a hidden bookmark
    (`factbook.report.word_body.bookmark_name`).
    """
    shell = docx.Document()
    set_styles(shell, document.language)
    set_page(shell, one_line(document.title))
    _set_properties(shell, document)
    _drop_leftovers(shell)
    writer = BodyWriter(
        link_id=lambda href: shell.part.relate_to(
            href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        ),
        ordered_list_id=add_numbering(shell),
    )
    body = writer.write(document)
    return _packed(shell, body)


def _set_properties(shell: WordDocument, document: Document) -> None:
    properties = shell.core_properties
    properties.title = one_line(document.title)[:_PROPERTY_CHARACTERS]
    properties.subject = one_line(document.subtitle)[:_PROPERTY_CHARACTERS]
    properties.language = document.language
    properties.author = properties.last_modified_by = "Factbook"
    properties.comments = properties.keywords = properties.category = ""
    properties.created = properties.modified = _FIXED_DATE
    properties.revision = 1


def _drop_leftovers(shell: WordDocument) -> None:
    """Remove parts of python-docx' template that describe another document."""
    for relations in (shell.part.package.rels, shell.part.rels):
        for key in [key for key, rel in relations.items() if rel.reltype.endswith(_LEFTOVERS)]:
            relations.pop(key)


def _packed(shell: WordDocument, body: str) -> bytes:
    """The package with `body` inserted; all members have the same fixed date."""
    section = shell.element.body.sectPr
    section.addprevious(OxmlElement("w:p"))
    saved, packed = BytesIO(), BytesIO()
    shell.save(saved)
    with ZipFile(saved) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == _BODY:
                content = content.replace(_BODY_MARK, body.encode(), 1)
            member = ZipInfo(name, _FIXED_ZIP_DATE)
            member.compress_type = ZIP_DEFLATED
            target.writestr(member, content)
    return packed.getvalue()
