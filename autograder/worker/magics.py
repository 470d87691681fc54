"""IPython's extras in a cell's source: what becomes Python, what is left out, and the stand-in that runs the rest.

The rules, as students read them. %%time, %%capture and %%prun: the cell runs as if they were not there. %%timeit and
%timeit: not run, for they leave nothing behind. %time: its statement runs once. %%writefile: writes the file beside
the notebook. %run file.py: runs that file, with its `__main__` block left out, and takes over its names. Settings and
looks (%matplotlib, %load_ext, %env, %who, name?, %%html …): nothing happens. Shell commands, %pip, %conda, other
languages and unknown magics: left out, and the student is told.
"""

import re
import sys
from typing import Any, NamedTuple

from autograder.source.cells import AS_THEY_ARE, BARE_INSTALL

__all__ = ["Python", "Shell", "as_python"]

WRITES = ("writefile", "file")
LOOKS = "html HTML latex markdown javascript js svg pylab matplotlib precision pprint colors tensorboard gui"
SETTINGS = (
    "autoreload load_ext reload_ext unload_ext config env set_env xmode autosave automagic autocall autoawait alias"
)
QUESTIONS = "pinfo pinfo2 pdoc pdef psource pfile who whos who_ls psearch lsmagic magic quickref history hist pwd dirs"
MEASURES = "timeit memit mprun lprun debug pdb doctest_mode logstart logstop"
KEEPING = "load loadpy notebook page pushd popd reset reset_selective xdel store"
QUIET = frozenset(" ".join((LOOKS, SETTINGS, QUESTIONS, MEASURES, KEEPING)).split())
CELL_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*(.*)$")
SHOWN = 60


class Python(NamedTuple):
    """A cell's source as Python, line for line, and what of it was left out."""

    text: str
    left_out: tuple[str, ...] = ()


def as_python(source: str) -> Python:
    """The cell as plain Python; line n stays line n. Never raises: what cannot be transformed stays as it is."""
    lines = source.split("\n")
    first = _next_filled(lines, 0)
    while first < len(lines) and (found := CELL_MAGIC.match(lines[first])):
        name, rest = found.groups()
        if name in WRITES:
            body = "".join(line + "\n" for line in lines[first + 1 :])
            return Python("\n" * first + f"get_ipython().run_cell_magic({name!r}, {rest!r}, {body!r})\n")
        if name not in AS_THEY_ARE:
            return Python("\n" * len(lines), () if name in QUIET else (_short(lines[first]),))
        lines[first] = ""
        first = _next_filled(lines, first)
    rest = BARE_INSTALL.sub(r"\1%\2", "\n".join(lines[first:]))
    return Python("\n" * first + _transformed(rest).rstrip("\n") + "\n")


class Shell:
    """What `get_ipython()` gives: magics by the rules above, what else is asked of it is ignored."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.user_ns = namespace
        self.left_out: list[str] = []

    def run_line_magic(self, name: str, line: str, *args: Any, **kwargs: Any) -> Any:
        """One %magic; gives the value where the magic has one."""
        name, line = str(name).lstrip("%"), str(line)
        if name == "time":
            return self._time(line)
        if name == "run":
            return self._run_file(line)
        if name not in QUIET:
            self._leave_out(f"%{name} {line}")
        return None

    def run_cell_magic(self, name: str, line: str, cell: str) -> Any:
        """One %%magic that was not dealt with in the source."""
        if name in WRITES:
            words = str(line).split()
            paths = [word for word in words if word != "-a"]
            if not paths:
                raise ValueError(f"%%{name} needs the name of a file")
            with open(paths[-1].strip("'\""), "a" if "-a" in words else "w", encoding="utf-8") as f:
                f.write(cell)
        elif name not in QUIET:
            self._leave_out(f"%%{name} {line}")
        return None

    def magic(self, line: str) -> Any:
        """The old spelling of run_line_magic."""
        name, _, rest = str(line).strip().partition(" ")
        return self.run_line_magic(name, rest)

    def system(self, command: str) -> None:
        """A shell command: left out."""
        self._leave_out(f"!{command}")

    def getoutput(self, command: str, *args: Any, **kwargs: Any) -> list[str]:
        """The assignment from a shell command: an empty list."""
        self._leave_out(f"!{command}")
        return []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Ignored()

    def _leave_out(self, what: str) -> None:
        said = _short(what)
        if said not in self.left_out and len(self.left_out) < 100:
            self.left_out.append(said)

    def _time(self, line: str) -> Any:
        """Runs the statement where %time stands; the value of an expression comes back."""
        caller = sys._getframe(2)
        text = _transformed(re.sub(r"^\s*--no-raise-error\b", "", line).strip())
        try:
            code = compile(text.strip(), "%time", "eval", dont_inherit=True)
        except SyntaxError:
            exec(compile(text, "%time", "exec", dont_inherit=True), caller.f_globals, caller.f_locals)
            return None
        return eval(code, caller.f_globals, caller.f_locals)  # noqa: S307 - the student's own code

    def _run_file(self, line: str) -> None:
        """Runs a file of Python and takes over the names that it made."""
        words = [word for word in line.split() if not word.startswith("-")]
        path = words[0].strip("'\"") if words else ""
        if not path.endswith(".py"):
            self._leave_out(f"%run {line}")
            return
        with open(path, "rb") as f:
            code = compile(f.read(), path, "exec", dont_inherit=True)
        made: dict[str, Any] = {"__name__": "run", "__file__": path}
        exec(code, made)
        self.user_ns.update({name: value for name, value in made.items() if not name.startswith("__")})


class _Ignored:
    """Every call and every attribute gives it again."""

    def __call__(self, *args: Any, **kwargs: Any) -> "_Ignored":
        return self

    def __getattr__(self, name: str) -> "_Ignored":
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def _next_filled(lines: list[str], start: int) -> int:
    return next((i for i in range(start, len(lines)) if lines[i].strip()), len(lines))


def _transformed(text: str) -> str:
    """The text with IPython's own transformations; the text itself where they fail."""
    try:
        from IPython.core.inputtransformer2 import TransformerManager

        manager: Any = TransformerManager
        return str(manager().transform_cell(text))
    except Exception:  # what it chokes on is no Python either, and is told when it is compiled
        return text


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
