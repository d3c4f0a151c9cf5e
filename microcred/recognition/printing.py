"""Sheets of paper as PDF: codes by school, posters for shelves, and lists with lines for signatures."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import segno
from flask import Response, make_response
from flask_babel import gettext as _

from microcred.language import spoken
from microcred.web import Answer

HEAD = """#let it = json(bytes(sys.inputs.content))
#set document(title: it.title)
#set page(paper: "us-letter", margin: 15mm, footer: context align(right, text(9pt)[
  #it.title · #counter(page).display("1 / 1", both: true)]))
#set text(font: ("Libertinus Serif", "DejaVu Sans"), size: 11pt, lang: it.language, hyphenate: false)
#show heading: set block(below: 10pt)
"""

CODES = """#for (place, school) in it.schools.enumerate() [
  #if place > 0 { pagebreak() }
  = #school.name
  #grid(columns: (1fr, 1fr), ..school.people.map(person => block(
    width: 100%, height: 44mm, inset: 4mm, breakable: false,
    stroke: (paint: luma(160), dash: "dashed", thickness: .5pt),
    grid(columns: (32mm, 1fr), gutter: 4mm, align: horizon,
      image(bytes(person.picture), format: "svg", width: 32mm),
      [*#text(13pt, person.name)* \\ #text(9pt, person.note)
       #v(2pt) #text(font: "DejaVu Sans Mono", 12pt, person.code) \\ #text(8.5pt, it.hint)]))))
]
"""

SHELVES = """#for (place, shelf) in it.shelves.enumerate() [
  #if place > 0 { pagebreak() }
  #align(center + horizon)[
    #text(30pt, weight: "bold", shelf.title) \\ #v(2mm) #text(18pt, shelf.store)
    #v(6mm) #image(bytes(shelf.picture), format: "svg", width: 110mm) #v(4mm)
    #text(14pt, it.hint)]
]
"""

SIGNATURES = """= #it.title
#text(10pt, it.hint)
#for school in it.schools [
  == #school.name
  #table(columns: (1.3fr, 1.3fr, .8fr, 1.6fr), stroke: (x, y) => (bottom: .5pt + luma(120)), inset: (x: 2mm, y: 3.4mm),
    table.header(..it.columns.map(name => text(9pt, weight: "bold", name))),
    ..school.lines.flatten().map(cell => text(10pt, cell)))
]
"""


def pdf(source: str, content: dict[str, Any]) -> bytes:
    """A sheet drawn by typst: what people typed comes as values, and is never read as markup."""
    import typst  # 85 MB, and only those who print need it

    told = json.dumps(content | {"language": spoken()})
    drawn: bytes = typst.compile((HEAD + source).encode(), format="pdf", sys_inputs={"content": told})
    return drawn


def code_picture(address: str) -> str:
    """The picture of a code for a camera, as SVG."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=4, border=1, xmldecl=False, nl=False)
    return drawn.getvalue().decode("utf-8")


def spaced(code: str) -> str:
    """A code as people read it out, four letters at a time."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def signature_columns() -> list[str]:
    """What stands above each column of a list for signatures."""
    return [_("Name"), _("Giveaway"), _("Value"), _("Signature, day")]


@dataclass
class PdfAnswer(Answer):
    """The answer to an attempt that records what was printed: the file itself."""

    name: str = "sheet"
    draw: Callable[[], bytes] = bytes

    def shown(self, said: str | None, undo: str | None) -> Response:
        """It is on record: here is the file."""
        response = make_response(self.draw())
        response.mimetype = "application/pdf"
        response.headers.set("Content-Disposition", "attachment", filename=f"{self.name}.pdf")
        return response
