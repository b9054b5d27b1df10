"""The look of the Word document: styles, lists, page, header and footer."""

from __future__ import annotations

from collections.abc import Callable

from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm

TEXT_WIDTH = 9072
"""Width of the text in twentieths of a point: A4 (210 mm) minus two margins of 25 mm."""

TABLE_SIZES = (18, 16, 14, 12)
"""Font sizes in tables in half-points; the first that fits is used."""

TABLE_CELL_MARGINS = 150
"""Left and right margin of a cell together, including its share of the lines between cells."""

NOTICE_STYLES = {
    "missing": "NoticeMissing",
    "degraded": "NoticeDegraded",
    "partial": "NoticeDegraded",
    "marked": "NoticeDegraded",
    "note": "NoticeNote",
}

_WORD_2013 = "15"
"""With a lower mode, Word opens the document in its compatibility mode."""

_FONT = "Calibri"
_INK, _MUTED, _ACCENT, _RULE = "1D2830", "5A6770", "1B5561", "C9D1D4"
_NOTICES = (
    ("NoticeMissing", "Notice Missing", "A3341F", "FBEEEB"),
    ("NoticeDegraded", "Notice Degraded", "8A5A00", "FCF4E3"),
    ("NoticeNote", "Notice Note", _ACCENT, "F4F6F6"),
)
_KEY_MESSAGE_FRAME = (
    f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{_ACCENT}"/></w:pBdr>'
    '<w:shd w:val="clear" w:color="auto" w:fill="F4F6F6"/>'
)
_RUNNING_TITLE_CHARACTERS = 90

# id, name, based on, next, paragraph properties, run properties. Sizes are half-points, spaces
# twentieths of a point.
_PARAGRAPH_STYLES = (
    (
        "Normal", "Normal", "", "",
        '<w:spacing w:before="0" w:after="120" w:line="276" w:lineRule="auto"/>',
        f'<w:color w:val="{_INK}"/><w:sz w:val="21"/><w:szCs w:val="21"/>',
    ),
    ("BodyText", "Body Text", "Normal", "BodyText", "<w:widowControl/>", ""),
    (
        "Title", "Title", "Normal", "Subtitle",
        f'<w:pBdr><w:top w:val="single" w:sz="24" w:space="14" w:color="{_ACCENT}"/></w:pBdr>'
        '<w:spacing w:before="4200" w:after="200" w:line="240" w:lineRule="auto"/>',
        f'<w:b/><w:color w:val="{_ACCENT}"/><w:sz w:val="60"/><w:szCs w:val="60"/>',
    ),
    (
        "Subtitle", "Subtitle", "Normal", "BodyText",
        '<w:spacing w:after="160"/>',
        f'<w:color w:val="{_MUTED}"/><w:sz w:val="30"/><w:szCs w:val="30"/>',
    ),
    (
        "ReportDate", "Report Date", "Normal", "BodyText", "",
        f'<w:color w:val="{_MUTED}"/><w:sz w:val="24"/><w:szCs w:val="24"/>',
    ),
    (
        "ReportContext", "Report Context", "Normal", "ReportContext",
        '<w:spacing w:before="0" w:after="200" w:line="300" w:lineRule="auto"/>'
        '<w:ind w:right="1134"/>',
        "",
    ),
    (
        "Heading1", "heading 1", "Normal", "BodyText",
        '<w:keepNext/><w:keepLines/><w:pageBreakBefore/><w:spacing w:before="0" w:after="280"'
        ' w:line="240" w:lineRule="auto"/><w:outlineLvl w:val="0"/>',
        f'<w:b/><w:color w:val="{_ACCENT}"/><w:sz w:val="44"/><w:szCs w:val="44"/>',
    ),
    (
        "Heading2", "heading 2", "Normal", "BodyText",
        '<w:keepNext/><w:keepLines/><w:spacing w:before="480" w:after="160" w:line="240"'
        ' w:lineRule="auto"/><w:outlineLvl w:val="1"/>',
        f'<w:b/><w:color w:val="{_INK}"/><w:sz w:val="30"/><w:szCs w:val="30"/>',
    ),
    (
        "Heading3", "heading 3", "Normal", "BodyText",
        '<w:keepNext/><w:keepLines/><w:spacing w:before="400" w:after="120" w:line="240"'
        ' w:lineRule="auto"/><w:outlineLvl w:val="2"/>',
        f'<w:b/><w:color w:val="{_INK}"/><w:sz w:val="25"/><w:szCs w:val="25"/>',
    ),
    (
        "Heading4", "heading 4", "Normal", "BodyText",
        '<w:keepNext/><w:keepLines/><w:spacing w:before="320" w:after="80" w:line="240"'
        ' w:lineRule="auto"/><w:outlineLvl w:val="3"/>',
        f'<w:b/><w:color w:val="{_ACCENT}"/><w:sz w:val="22"/><w:szCs w:val="22"/>',
    ),
    (
        "Headline", "Headline", "Normal", "BodyText",
        '<w:keepNext/><w:keepLines/><w:spacing w:before="40" w:after="160" w:line="252"'
        ' w:lineRule="auto"/>',
        f'<w:b/><w:color w:val="{_INK}"/><w:sz w:val="26"/><w:szCs w:val="26"/>',
    ),
    (
        "KeyMessagesTitle", "Key Messages Title", "Normal", "KeyMessage",
        f'<w:keepNext/>{_KEY_MESSAGE_FRAME}<w:spacing w:before="120" w:after="0"/>'
        '<w:ind w:left="227"/>',
        f'<w:b/><w:color w:val="{_ACCENT}"/>',
    ),
    (
        "KeyMessage", "Key Message", "Normal", "KeyMessage",
        f'<w:keepLines/>{_KEY_MESSAGE_FRAME}<w:spacing w:before="80" w:after="80"/>'
        '<w:ind w:left="227"/>',
        "",
    ),
    (
        "TOCHeading", "TOC Heading", "Normal", "BodyText",
        '<w:keepNext/><w:pageBreakBefore/><w:spacing w:before="0" w:after="280"/>',
        f'<w:b/><w:color w:val="{_ACCENT}"/><w:sz w:val="44"/><w:szCs w:val="44"/>',
    ),
    *(
        (
            f"TOC{level}", f"toc {level}", "Normal", "BodyText",
            f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{TEXT_WIDTH}"/></w:tabs>'
            f'<w:spacing w:before="{160 if level == 1 else 0}" w:after="40"/>'
            f'<w:ind w:left="{(level - 1) * 280}" w:right="567"/>',
            f'<w:b/><w:color w:val="{_ACCENT}"/>' if level == 1 else "",
        )
        for level in (1, 2, 3)
    ),
    (
        "Caption", "caption", "Normal", "BodyText",
        '<w:keepNext/><w:spacing w:before="200" w:after="80" w:line="240" w:lineRule="auto"/>',
        '<w:b/><w:sz w:val="19"/><w:szCs w:val="19"/>',
    ),
    (
        # Kept with the next: a table stays on one page with its note if it fits.
        "TableText", "Table Text", "Normal", "TableText",
        '<w:keepNext/><w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/>',
        f'<w:sz w:val="{TABLE_SIZES[0]}"/><w:szCs w:val="{TABLE_SIZES[0]}"/>',
    ),
    ("TableFigure", "Table Figure", "TableText", "TableFigure", '<w:jc w:val="right"/>', ""),
    (
        "TableNote", "Table Note", "Normal", "BodyText",
        '<w:spacing w:before="60" w:after="240" w:line="240" w:lineRule="auto"/>',
        f'<w:color w:val="{_MUTED}"/><w:sz w:val="16"/><w:szCs w:val="16"/>',
    ),
    (
        "SourcesTitle", "Sources Title", "Normal", "Source",
        '<w:keepNext/><w:spacing w:before="160" w:after="40" w:line="240" w:lineRule="auto"/>',
        f'<w:b/><w:color w:val="{_MUTED}"/><w:sz w:val="17"/>',
    ),
    (
        "Source", "Source", "Normal", "BodyText",
        '<w:spacing w:before="0" w:after="40" w:line="240" w:lineRule="auto"/>'
        '<w:ind w:left="340" w:hanging="340"/>',
        f'<w:color w:val="{_MUTED}"/><w:sz w:val="17"/>',
    ),
    *(
        (
            key, name, "Normal", "BodyText",
            f'<w:keepLines/><w:pBdr><w:left w:val="single" w:sz="24" w:space="8"'
            f' w:color="{line}"/></w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{tint}"/>'
            '<w:spacing w:before="160" w:after="200"/><w:ind w:left="227"/>',
            "",
        )
        for key, name, line, tint in _NOTICES
    ),
    (
        "Header", "header", "Normal", "Header",
        '<w:spacing w:after="0"/><w:jc w:val="right"/>',
        f'<w:color w:val="{_MUTED}"/><w:sz w:val="17"/><w:szCs w:val="17"/>',
    ),
    (
        "Footer", "footer", "Normal", "Footer",
        '<w:spacing w:after="0"/><w:jc w:val="center"/>',
        f'<w:color w:val="{_MUTED}"/><w:sz w:val="17"/><w:szCs w:val="17"/>',
    ),
)  # fmt: skip

_TABLE_STYLE = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="ReportTable">
  <w:name w:val="Report Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>
  <w:tblPr>
    <w:tblBorders>
      <w:top w:val="single" w:sz="8" w:space="0" w:color="{_INK}"/>
      <w:bottom w:val="single" w:sz="8" w:space="0" w:color="{_INK}"/>
      <w:insideH w:val="single" w:sz="4" w:space="0" w:color="{_RULE}"/>
    </w:tblBorders>
    <w:tblCellMar>
      <w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>
    </w:tblCellMar>
  </w:tblPr>
  <w:tblStylePr w:type="firstRow">
    <w:pPr><w:keepNext/></w:pPr>
    <w:rPr><w:b/></w:rPr>
    <w:tcPr>
      <w:tcBorders><w:bottom w:val="single" w:sz="6" w:space="0" w:color="{_INK}"/></w:tcBorders>
      <w:vAlign w:val="bottom"/>
    </w:tcPr>
  </w:tblStylePr>
</w:style>
"""
_LINK_STYLE = f"""
<w:style {nsdecls("w")} w:type="character" w:styleId="Hyperlink">
  <w:name w:val="Hyperlink"/><w:basedOn w:val="DefaultParagraphFont"/>
  <w:rPr><w:color w:val="{_ACCENT}"/><w:u w:val="single"/></w:rPr>
</w:style>
"""
_NUMBERED = f"""
<w:abstractNum {nsdecls("w")} w:abstractNumId="{{id}}"><w:multiLevelType w:val="singleLevel"/>
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>
    <w:lvlJc w:val="left"/><w:pPr><w:ind w:left="397" w:hanging="397"/></w:pPr></w:lvl>
</w:abstractNum>
"""
_NUMBERED_AGAIN = f"""
<w:num {nsdecls("w")} w:numId="{{id}}"><w:abstractNumId w:val="{{abstract}}"/>
  <w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>
</w:num>
"""


def set_styles(shell: WordDocument, language: str) -> None:
    """Set the document's styles, font and language."""
    styles = shell.styles.element
    for style in _PARAGRAPH_STYLES:
        _replace(styles, _paragraph_style(*style))
    _replace(styles, _TABLE_STYLE)
    _replace(styles, _LINK_STYLE)
    defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    fonts = defaults.find(qn("w:rFonts"))
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), _FONT)
    for name in ("val", "eastAsia", "bidi"):
        defaults.find(qn("w:lang")).set(qn(f"w:{name}"), language)
    settings = shell.settings.element
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), language)
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), _WORD_2013)


def _paragraph_style(
    key: str, name: str, based_on: str, following: str, paragraph: str, run: str
) -> str:
    kind = 'w:default="1"' if key == "Normal" else ""
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    after = f'<w:next w:val="{following}"/>' if following else ""
    return (
        f'<w:style {nsdecls("w")} w:type="paragraph" {kind} w:styleId="{key}">'
        f'<w:name w:val="{name}"/>{base}{after}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _replace(styles: BaseOxmlElement, xml: str) -> None:
    style = parse_xml(xml)
    key = style.get(qn("w:styleId"))
    for old in styles.findall(qn("w:style")):
        link = old.find(qn("w:link"))
        linked = link is not None and link.get(qn("w:val")) == key
        if linked or old.get(qn("w:styleId")) == key:
            styles.remove(old)
    styles.append(style)


def add_numbering(shell: WordDocument) -> Callable[[], int]:
    """Add numbered lists to the document.

    Returns:
        A function that starts a new list and returns its id.
    """
    numbering = shell.part.numbering_part.element
    abstract_id = 1 + max(
        int(element.get(qn("w:abstractNumId")))
        for element in numbering.findall(qn("w:abstractNum"))
    )
    first = numbering.find(qn("w:num"))
    first.addprevious(parse_xml(_NUMBERED.format(id=abstract_id)))
    last_id = max(int(num.get(qn("w:numId"))) for num in numbering.findall(qn("w:num")))

    def new_list() -> int:
        nonlocal last_id
        last_id += 1
        numbering.append(parse_xml(_NUMBERED_AGAIN.format(id=last_id, abstract=abstract_id)))
        return last_id

    return new_list


def set_page(shell: WordDocument, title: str) -> None:
    """Set A4, and on all pages except the first the title above and the page number below."""
    section = shell.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(25)
    section.different_first_page_header_footer = True
    if len(title) > _RUNNING_TITLE_CHARACTERS:
        title = f"{title[: _RUNNING_TITLE_CHARACTERS - 1].rstrip()}…"
    section.header.paragraphs[0].text = title
    paragraph = section.footer.paragraphs[0]._p
    for content in (
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>2</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        paragraph.append(parse_xml(f"<w:r {nsdecls('w')}>{content}</w:r>"))
