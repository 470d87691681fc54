"""The templates of pages for people, and what a hand-in's page is called."""

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["page_name", "pages_of"]

HERE = Path(__file__).parent / "templates"


def page_name(handin: str) -> str:
    """The name of a hand-in's page: the same each time, whoever else there is."""
    return f"{hashlib.blake2b(handin.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}.html"


def pages_of() -> Environment:
    """The templates: they escape all text, and let no script run but the one that sorts tables."""
    script = (HERE / "sort.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    found = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    found.globals |= {"script": Markup(script), "script_hash": f"sha256-{digest}"}  # noqa: S704 - our own file
    return found
