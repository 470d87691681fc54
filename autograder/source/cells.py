"""A notebook's cell as plain Python, by its lines alone: for what must be known before anything runs.

The worker transforms cells with IPython itself; here, where IPython may be missing, the same rules are kept as far as
lines show them.
"""

import ast
import re

__all__ = ["AS_THEY_ARE", "BARE_INSTALL", "python_of"]

AS_THEY_ARE = ("time", "capture", "prun")  # cell magics under which the code is still Python
BARE_INSTALL = re.compile(r"(?m)^([ \t]*)((?:pip3?|conda|mamba)[ \t]+(?:un)?install\b)")
HEADER = re.compile(r"\s*%%(\w+)[^\n]*\n?")
RUN = re.compile(r"(?m)^([ \t]*)%run[ \t]+(?:-\w[ \t]+)*['\"]?([\w/]+)\.py\b.*$")
TAKEN = re.compile(r"(?m)^([ \t]*[\w.,* \[\]()'\"]+?)=[ \t]*[%!].*$")
LINE = re.compile(r"(?m)^([ \t]*)(?:[%!?].*|[\w.]+\?{1,2}[ \t]*)$")


def python_of(cell: str) -> str:
    """The cell's Python: IPython's own lines are `pass`, `%run near.py` is an import, another language is nothing.

    Raises SyntaxError where what is left is no Python, ValueError, RecursionError or MemoryError where the parser does.
    """
    while header := HEADER.match(cell):
        if header[1] not in AS_THEY_ARE:
            return ""
        cell = cell[header.end() :]
    try:
        ast.parse(cell)
    except SyntaxError:
        cell = RUN.sub(lambda found: f"{found[1]}__import__({found[2]!r})", cell)
        cell = LINE.sub(r"\1pass", TAKEN.sub(r"\1= None", BARE_INSTALL.sub(r"\1%\2", cell)))
        ast.parse(cell)
    return cell
