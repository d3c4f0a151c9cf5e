"""Drawing a badge: an enamel pin with a metal rim, one design per stack, the title on a cream plate."""

import re
from xml.sax.saxutils import escape

from microcred.badges.designs import CREAM, DESIGNS, GOLD, Design
from microcred.badges.lettering import fitted, width

INK = "#22302b"
FILLED = "#23593f"
EDGE = "#5a3f12"  # the dark line on both sides of the metal
LETTERS = "Libertinus Serif, Georgia, Times New Roman, serif"
PLATE = {"left": 40, "top": 300, "width": 400, "height": 112}
LEADING = 1.08
MOST_STEPS = 12  # studs that fit on the rim of the plate
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PAGE = """#set page(width: 480pt, height: 480pt, margin: 0pt, fill: none)
#image(bytes(sys.inputs.badge), format: "svg", width: 480pt)"""


def badge_svg(design: str, title: str, *, stack: str = "", step: int = 0, steps: int = 0, prefix: str = "badge") -> str:
    """Return the picture of a badge as SVG: `step` of `steps` studs are filled; KeyError for an unknown design.

    `prefix` makes the ids inside unique on a page with several badges: a letter, then letters, digits and dashes.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", prefix):
        raise ValueError("A prefix is a letter, then letters, digits and dashes.")
    pin = DESIGNS[design]
    spoken = _spoken(prefix, f"{title} ({stack})" if stack else title)
    parts = [spoken, _metals(prefix, pin), _pin(prefix, pin), _plate(prefix), _title(title), _dots(step, steps)]
    frame = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 480" role="img" aria-labelledby="{prefix}-title">'
    )
    return "\n".join([frame, *parts, "</svg>"])


def badge_png(svg: str, pixels: int = 600) -> bytes:
    """Return a drawing of `badge_svg` as a square PNG with a transparent ground, `pixels` wide."""
    import typst  # 85 MB, and only those who bake need it

    png: bytes = typst.compile(PAGE.encode(), format="png", ppi=72 * pixels / 480, sys_inputs={"badge": svg})
    return png


def _spoken(prefix: str, words: str) -> str:
    return f'<title id="{prefix}-title">{_text(words)}</title>'


def _metals(prefix: str, pin: Design) -> str:
    return f"""<defs>
<linearGradient id="{prefix}-metal" x1="0" y1="0" x2="1" y2="1">
<stop offset="0" stop-color="#fff1bf"/><stop offset=".28" stop-color="{GOLD}"/><stop offset=".5" stop-color="#a97a24"/>
<stop offset=".68" stop-color="#f3d684"/><stop offset="1" stop-color="#8c6118"/></linearGradient>
<linearGradient id="{prefix}-gloss" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="#fff" stop-opacity=".34"/>
<stop offset="1" stop-color="#fff" stop-opacity=".02"/></linearGradient>
<clipPath id="{prefix}-shape"><path d="{pin.outline}"/></clipPath></defs>"""


def _pin(prefix: str, pin: Design) -> str:
    inner = 'transform="translate(240 240) scale(.83) translate(-240 -240)"'
    return f"""<path d="{pin.outline}" fill="{pin.enamel}"/>
<path d="{pin.outline}" {inner} fill="{pin.field}" stroke="{GOLD}" stroke-width="5" stroke-linejoin="round"/>
<g stroke="{EDGE}" stroke-width="5" stroke-linejoin="round" stroke-linecap="round">{pin.glyph}</g>
<g clip-path="url(#{prefix}-shape)"><path d="M-20 -20 L500 -20 L500 96 C360 96 170 150 90 330 L-20 330 Z"
 fill="url(#{prefix}-gloss)"/></g>
<path d="{pin.outline}" fill="none" stroke="{EDGE}" stroke-width="26" stroke-linejoin="round"/>
<path d="{pin.outline}" fill="none" stroke="url(#{prefix}-metal)" stroke-width="20" stroke-linejoin="round"/>
<path d="{pin.outline}" fill="none" stroke="#fff6d8" stroke-opacity=".55" stroke-width="3" stroke-linejoin="round"/>"""


def _plate(prefix: str) -> str:
    left, top, width, height = PLATE.values()
    place = f'x="{left}" y="{top}" width="{width}" height="{height}" rx="16"'
    return f"""<rect {place} fill="{CREAM}" stroke="{EDGE}" stroke-width="16"/>
<rect {place} fill="{CREAM}" stroke="url(#{prefix}-metal)" stroke-width="11"/>"""


def _title(title: str) -> str:
    lines, size = fitted(title)
    middle = PLATE["top"] + PLATE["height"] / 2 - 2
    first = middle - (len(lines) - 1) * size * LEADING / 2 + size * 0.32
    drawn = "".join(_line(line, size, first + place * size * LEADING) for place, line in enumerate(lines))
    return f'<g text-anchor="middle" font-family="{LETTERS}" font-weight="700" fill="{INK}">{drawn}</g>'


def _line(line: str, size: int, height: float) -> str:
    """Draw a line as wide as it was planned: a browser without the first family squeezes another one into that."""
    room = f'textLength="{width(line, size):.1f}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="240" y="{height:.1f}" font-size="{size}" {room}>{_text(line)}</text>'


def _dots(step: int, steps: int) -> str:
    """Draw the place in the stack as studs on the rim of the plate: so many of so many are filled."""
    shown = min(steps, MOST_STEPS)
    first = 240 - (shown - 1) * 11
    return "".join(
        f'<circle cx="{first + 22 * place}" cy="412" r="7.5" fill="{FILLED if place < step else CREAM}" '
        f'stroke="{EDGE}" stroke-width="2.5"/>'
        for place in range(shown)
    )


def _text(words: str) -> str:
    return escape(NOT_IN_XML.sub("", words))
