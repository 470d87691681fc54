"""Draws the pictures of docs/pictures anew from what the commands print and write today.

python -m tests.harness.pictures [check] [report]    which of them (all when none is named)
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from autograder.build.handout import handout_files
from autograder.manifest import find_homework

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
HOMEWORK, PROBLEM, PART = "cs229-ps3", "analysis", "3c"
FORGOTTEN = ("    return score(x, W, b, gamma, sample) * eps\n", "    return score(x, W, b, gamma, sample)\n")
WIDTH = 100  # columns
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PIXELS = (1100, 970)


def check_picture() -> str:
    """An SVG of `check 3c` in an unpacked handout, on a file that forgets the inner derivative of its last function."""
    homework = find_homework(ROOT, HOMEWORK)
    file = homework.problems[PROBLEM].file
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for path, data in handout_files(homework).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        right = (ROOT / "tests/corpus/cs229_ps3/base/analysis.py").read_text(encoding="utf-8")
        if right.count(FORGOTTEN[0]) != 1:
            raise SystemExit("base/analysis.py has changed: say in tests/harness/pictures.py what the picture forgets")
        next(folder.rglob(Path(file).name)).write_text(right.replace(*FORGOTTEN), encoding="utf-8")
        printed = subprocess.run(
            [sys.executable, "-m", "autograder", "check", PART],
            cwd=folder,
            env=os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "PYTHONPATH": ""},
            capture_output=True,
            text=True,
        ).stdout
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text("$ python -m autograder check 3c", style="bold"))
    console.print(Text.from_ansi(printed.replace(str(folder), "cs229-ps3")))
    drawn = console.export_svg(title="in the handout of cs229-ps3", unique_id="check")
    return re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.S)  # a picture asks nobody for fonts


def report_picture(target: Path) -> None:
    """A PNG of the first screen of the report on a small class of made-up students, by a headless browser."""
    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if browser is None:
        raise SystemExit(f"the picture of the report needs one of {', '.join(CHROMIUM)} on this machine")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for command in (
            ["tests.harness.course.synthetic", "export", "--students", "60", "--light"],
            ["autograder", "regrade", "export", "--homework", HOMEWORK, "--out", "runs"],
            ["autograder", "report", "pages", "--runs", "runs", "--export", "export"],
        ):
            subprocess.run(
                [sys.executable, "-m", *command],
                cwd=folder,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                stdout=subprocess.DEVNULL,
            )
        page = folder / "pages" / "index.html"
        if not page.is_file():
            raise SystemExit("no report was written: run `make demo-course` and see why")
        size = ",".join(map(str, PIXELS))
        shot = [browser, "--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={size}"]
        subprocess.run([*shot, f"--screenshot={target}", page.as_uri()], check=True, capture_output=True)


def main(names: list[str]) -> None:
    """Writes the pictures named, or all."""
    PICTURES.mkdir(exist_ok=True)
    if not names or "check" in names:
        (PICTURES / "check.svg").write_text(check_picture(), encoding="utf-8")
    if not names or "report" in names:
        report_picture(PICTURES / "report.png")


if __name__ == "__main__":
    main(sys.argv[1:])
