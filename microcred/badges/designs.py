"""The designs of the enamel pins: an outline, two enamels and a glyph each, on a square of 480 units."""

from dataclasses import dataclass

CREAM = "#faf6ec"
GOLD = "#e2b756"


@dataclass(frozen=True)
class Design:
    """One pin as SVG: its glyph takes the upper two thirds of the outline, the plate covers what is below."""

    outline: str
    enamel: str
    field: str
    glyph: str


DESIGNS = {
    "hexagon-book": Design(
        outline="M240 26 L424 132 L424 348 L240 454 L56 348 L56 132 Z",
        enamel="#173f2b",
        field="#2f7550",
        glyph="""
<path d="M240 126 C214 104 170 100 128 112 L128 238 C170 226 214 230 240 252 Z" fill="#faf6ec"/>
<path d="M240 126 C266 104 310 100 352 112 L352 238 C310 226 266 230 240 252 Z" fill="#eadfc4"/>
<path d="M128 238 C170 226 214 230 240 252 C266 230 310 226 352 238 L352 252 C310 241 268 246 240 268
 C212 246 170 241 128 252 Z" fill="#c8553d"/>
<path d="M150 142 C176 136 200 139 218 147 M150 170 C176 164 200 167 218 175 M150 198 C176 192 200 195 218 203
 M330 142 C304 136 280 139 262 147 M330 170 C304 164 280 167 262 175 M330 198 C304 192 280 195 262 203"
 fill="none" stroke-width="5"/>""",
    ),
    "shield-hands": Design(
        outline="M240 28 C300 58 364 66 424 62 C432 250 396 388 240 454 C84 388 48 250 56 62 C116 66 180 58 240 28 Z",
        enamel="#17375e",
        field="#2f639c",
        glyph="""
<path d="M148 262 L148 190 C140 176 130 160 126 150 C122 138 138 130 146 140 L160 160 L160 108 C160 94 180 94 180 108
 L182 98 C184 84 204 86 203 100 L203 112 C206 100 224 102 223 116 L222 206 C222 232 210 244 206 262 Z"
 fill="#f3c9a0"/>
<path d="M332 262 L332 190 C340 176 350 160 354 150 C358 138 342 130 334 140 L320 160 L320 108 C320 94 300 94 300 108
 L298 98 C296 84 276 86 277 100 L277 112 C274 100 256 102 257 116 L258 206 C258 232 270 244 274 262 Z"
 fill="#a9683f"/>
<path d="M180 108 L181 158 M203 104 L202 158 M300 108 L299 158 M277 104 L278 158" fill="none" stroke-width="4"/>
<path d="M142 252 L212 252 L212 284 L142 284 Z" fill="#e3a72f"/>
<path d="M268 252 L338 252 L338 284 L268 284 Z" fill="#c8553d"/>""",
    ),
    "circle-compass": Design(
        outline="M240 28 A212 212 0 1 1 239.9 28 Z",
        enamel="#7c2f22",
        field="#bf5540",
        glyph="""
<circle cx="240" cy="176" r="92" fill="#faf6ec"/>
<circle cx="240" cy="176" r="70" fill="#f0dfb8"/>
<path d="M240 78 L260 156 L338 176 L260 196 L240 274 L220 196 L142 176 L220 156 Z" fill="#d9a53a"/>
<path d="M240 78 L260 156 L240 176 Z M338 176 L260 196 L240 176 Z M240 274 L220 196 L240 176 Z M142 176 L220 156
 L240 176 Z"
 fill="#7c2f22"/>
<circle cx="240" cy="176" r="13" fill="#faf6ec"/>""",
    ),
    "flower-speech": Design(
        outline="""M240 30 C284 18 322 44 330 84 C370 76 408 100 414 140 C454 156 468 200 448 236 C470 272 456 318
 418 334
 C412 376 374 402 332 394 C318 436 276 458 240 444 C204 458 162 436 148 394 C106 402 68 376 62 334 C24 318 10 272 32
 236
 C12 200 26 156 66 140 C72 100 110 76 150 84 C158 44 196 18 240 30 Z""",
        enamel="#4f2a5c",
        field="#84508f",
        glyph="""
<path d="M138 110 L266 110 C280 110 290 120 290 134 L290 180 C290 194 280 204 266 204 L202 204 L166 236 L170 204
 L138 204
 C124 204 114 194 114 180 L114 134 C114 120 124 110 138 110 Z" fill="#faf6ec"/>
<path d="M232 158 L346 158 C360 158 370 168 370 182 L370 220 C370 234 360 244 346 244 L330 244 L334 274 L298 244
 L232 244
 C218 244 208 234 208 220 L208 182 C208 168 218 158 232 158 Z" fill="#e9b44c"/>
<path d="M140 138 L262 138 M140 162 L190 162" fill="none" stroke-width="6"/>
<circle cx="254" cy="201" r="9" fill="#4f2a5c"/>
<circle cx="289" cy="201" r="9" fill="#4f2a5c"/>
<circle cx="324" cy="201" r="9" fill="#4f2a5c"/>""",
    ),
    "leaf-sprout": Design(
        outline="M42 42 L244 42 A202 202 0 1 1 42 244 Z",
        enamel="#4a5a1c",
        field="#7f9436",
        glyph="""
<path d="M240 262 C238 222 238 190 242 160" fill="none" stroke-width="16"/>
<path d="M240 262 C238 222 238 190 242 160" fill="none" stroke="#faf6ec" stroke-width="8"/>
<path d="M240 190 C180 200 136 168 130 106 C194 100 240 132 240 190 Z" fill="#faf6ec"/>
<path d="M242 168 C240 120 276 84 350 88 C352 148 310 182 242 168 Z" fill="#f0cf6b"/>
<path d="M152 124 C182 142 212 162 238 188 M330 104 C300 122 270 142 244 166" fill="none" stroke-width="4"/>
<path d="M160 250 C200 234 280 234 320 250 L320 276 L160 276 Z" fill="#7a4a2b"/>""",
    ),
    "octagon-bulb": Design(
        outline="M162 36 L318 36 L444 162 L444 318 L318 444 L162 444 L36 318 L36 162 Z",
        enamel="#8a5207",
        field="#d08a1d",
        glyph="""
<path d="M240 84 C294 84 330 122 330 166 C330 204 300 216 290 248 L190 248 C180 216 150 204 150 166 C150 122 186 84
 240 84 Z"
 fill="#fdf3cf"/>
<path d="M216 246 L212 188 L240 206 L268 188 L264 246" fill="none" stroke-width="6"/>
<path d="M192 246 L288 246 L282 276 L198 276 Z" fill="#d5d9d6"/>
<path d="M195 261 L285 261" fill="none" stroke-width="4"/>
<path d="M118 118 L96 104 M104 178 L78 182 M362 118 L384 104 M376 178 L402 182" fill="none" stroke="#fdf3cf"
 stroke-width="10"/>""",
    ),
    "arch-chart": Design(
        outline="""M56 424 L56 214 C56 104 138 28 240 28 C342 28 424 104 424 214 L424 424 C424 442 414 452 396 452
 L84 452 C66 452 56 442 56 424 Z""",
        enamel="#12494d",
        field="#2b8286",
        glyph="""
<path d="M136 214 L178 214 L178 270 L136 270 Z" fill="#f0cf6b"/>
<path d="M192 178 L234 178 L234 270 L192 270 Z" fill="#faf6ec"/>
<path d="M248 148 L290 148 L290 270 L248 270 Z" fill="#f2a07b"/>
<path d="M304 116 L346 116 L346 270 L304 270 Z" fill="#c8553d"/>
<path d="M138 180 L206 138 L256 116 L318 76" fill="none" stroke-width="14"/>
<path d="M138 180 L206 138 L256 116 L318 76" fill="none" stroke="#faf6ec" stroke-width="6"/>
<circle cx="138" cy="180" r="9" fill="#faf6ec"/>
<circle cx="206" cy="138" r="9" fill="#faf6ec"/>
<circle cx="256" cy="116" r="9" fill="#faf6ec"/>
<circle cx="318" cy="76" r="9" fill="#faf6ec"/>""",
    ),
    "square-screen": Design(
        outline="""M104 40 L376 40 C412 40 440 68 440 104 L440 376 C440 412 412 440 376 440 L104 440 C68 440 40 412
 40 376 L40 104 C40 68 68 40 104 40 Z""",
        enamel="#33373f",
        field="#5b6472",
        glyph="""
<path d="M142 96 L338 96 C346 96 352 102 352 110 L352 230 L128 230 L128 110 C128 102 134 96 142 96 Z" fill="#faf6ec"/>
<path d="M144 112 L336 112 L336 218 L144 218 Z" fill="#7ec4c1"/>
<path d="M106 230 L374 230 L360 258 L120 258 Z" fill="#d5d9d6"/>
<path d="M218 138 L218 194 L266 166 Z" fill="#c8553d"/>""",
    ),
}
