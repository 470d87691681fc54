"""Rewrites HTML so that it can neither run nor fetch anything: what is not on a list of tags and attributes is gone.

The text of the page is made anew from what the parser saw, every tag closed and every character escaped, so that
nothing of the original's spelling is left for a browser to read in another way.
"""

import re
from collections.abc import Callable, Mapping
from html import escape
from html.parser import HTMLParser

__all__ = ["MATHML", "PAGE", "harmless"]

Tags = Mapping[str, frozenset[str]]

PLAIN = """a b blockquote br code dd del details div dl dt em figure h1 h2 h3 h4 h5 h6 hr i kbd li ol p pre s span
    strong sub summary sup table tbody thead tr u ul"""
PAGE: Tags = dict.fromkeys(PLAIN.split(), frozenset(("class",))) | {
    "img": frozenset(("alt", "src")),
    "td": frozenset(("colspan", "rowspan")),
    "th": frozenset(("colspan", "rowspan")),
}
LAYOUT = """accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form frame height
    largeop linethickness lspace mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowlines
    rowspacing rspace scriptlevel separator stretchy symmetric voffset width"""
FORMULA = """math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow mspace msqrt
    mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none"""
MATHML: Tags = dict.fromkeys(FORMULA.split(), frozenset(LAYOUT.split()))

VOID = frozenset(("br", "hr", "img"))
# what these hold is no text for a reader
DROPPED = frozenset(
    ("applet", "audio", "canvas", "iframe", "noscript", "object", "script", "select", "style", "svg", "template",
     "textarea", "title", "video", "xmp")
)  # fmt: skip
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+")
VALUE = re.compile(r"[\w .%+#-]{0,80}")
LINK = re.compile(r"(?i)(?:https?:|mailto:|//)\S+")
DEPTH = 200


def harmless(html: str, tags: Tags = PAGE, fill: Callable[[str], str] = lambda text: text) -> str:
    """The HTML with only these tags; `fill` gets each escaped text and may put HTML of ours into it.

    A picture is kept when its data stands in it; another one, and where a link leads, become text.
    """
    parser = _Rewriter(tags, fill)
    parser.feed(html)
    parser.close()
    return parser.result()


class _Rewriter(HTMLParser):
    """Writes down what it hears, as far as that is allowed."""

    def __init__(self, tags: Tags, fill: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=True)
        self._tags = tags
        self._fill = fill
        self._out: list[str] = []
        self._open: list[str] = []
        self._links: list[str] = []
        self._dropping: list[str] = []
        self._last = ""

    def result(self) -> str:
        """What was written, with everything closed that is open."""
        return "".join(self._out) + "".join(f"</{tag}>" for tag in reversed(self._open))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Writes an allowed tag with its allowed attributes."""
        if tag in DROPPED:
            self._dropping.append(tag)
        if self._dropping or tag not in self._tags or len(self._open) >= DEPTH:
            return
        found = {name: value or "" for name, value in reversed(attrs)}
        if tag == "img" and not PICTURE.fullmatch(found.get("src", "")):
            name = " ".join(part for part in (found.get("alt", ""), found.get("src", "")) if part)[:300]
            self._out.append(f"<em>[picture left out: {self._text(name)}]</em>")
            return
        if tag == "a":
            self._links.append(found.get("href", ""))
        kept = [
            f' {name}="{escape(value)}"'
            for name, value in found.items()
            if name in self._tags[tag] and (name in ("src", "alt") or VALUE.fullmatch(value))
        ]
        self._out.append(f"<{tag}{''.join(kept)}>")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself: HTML knows that for void tags only, MathML for all."""
        if tag not in DROPPED:
            self.handle_starttag(tag, attrs)
            if self._tags is MATHML:
                self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Closes a tag that is open, and those that were opened in it."""
        if self._dropping:
            if tag == self._dropping[-1]:
                self._dropping.pop()
        elif tag in self._open:
            while self._open:
                inner = self._open.pop()
                if inner == "a":
                    self._write_link()
                self._out.append(f"</{inner}>")
                if inner == tag:
                    break

    def handle_data(self, data: str) -> None:
        """Writes text."""
        if not self._dropping:
            self._last = data.strip()
            self._out.append(self._fill(self._text(data)))

    def _write_link(self) -> None:
        """Says after a link's text where it led."""
        link = self._links.pop() if self._links else ""
        if LINK.fullmatch(link) and link != self._last:
            self._out.append(f" ({self._text(link[:300])})")

    def _text(self, text: str) -> str:
        return escape(text, quote=False)
