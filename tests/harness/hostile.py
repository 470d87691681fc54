"""Runs the hostile corpus: makes each submission, grades it, holds results and traces against what must be.

python -m tests.harness.hostile [NAME…]         every entry (or these), as a table; exit 1 when one is not as it must be
    --ci                                        only the third that every `make test` runs
    --json FILE                                 the outcomes as JSON
    --via-cli                                   through `python -m autograder grade`, a process each
    --project DIR                               write a project with the tiny homework only (for a Gradescope zip)
    --write DIR                                 write all entries to DIR/submissions, what they must get to DIR/expect
    --compare DIR RESULTS                       hold RESULTS/<name>/results.json, made elsewhere, against DIR/expect
"""

import argparse
import contextlib
import hashlib
import json
import math
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from autograder.engine import sandbox
from autograder.engine.bank import read_bank, write_bank
from autograder.engine.grader import HIDDEN, Grader
from autograder.engine.pipeline import grade
from autograder.engine.worker import Budget, Worker
from autograder.errors import GradelboError
from autograder.manifest import Homework, find_homework

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TINY = HERE / "tiny"
CORPUS = ROOT / "tests" / "corpus" / "hostile"
FULL = {"1a": 4.0, "1b": 2.0, "2": 3.0}
NUMBERS = ["1a", "1b", "2", "3"]
MARKER = "GRADELBO-HOSTILE-LAB"
CANARIES = {where: f"CANARY-{where}-7d1f0c" for where in ("reference", "bank", "environment", "metadata", "results")}
NEVER = ("BREACH", "LEAKED", *CANARIES.values())
SHARED = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/dev/mqueue"))
WORKERS = 65534  # workers of a root grader have this uid or a larger one
IPC_KEY = "1735550050"  # the key that row 62 uses
HANGS_S = 90.0  # nothing here should take half of it; a fault, so that a hang is told from a pass


@dataclass(frozen=True)
class Entry:
    """One row of expected.toml."""

    name: str
    row: int
    why: str
    points: dict[str, float]
    moments: str = ""
    shapes: str = ""
    folder: str = ""
    make: str = ""
    also: dict[str, float] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    times: int = 1
    needs: str = ""
    later: str = ""
    ci: bool = False


@dataclass(frozen=True)
class Outcome:
    """What an entry came to; `faults` is empty when that is what must be."""

    name: str
    row: int
    points: dict[str, float | None]
    verdicts: dict[str, str]
    faults: tuple[str, ...]
    seconds: float


def entries() -> list[Entry]:
    """All entries, in the order of the rows."""
    with (CORPUS / "expected.toml").open("rb") as f:
        return [Entry(name, **(row | {"never": tuple(row.get("never", ()))})) for name, row in tomllib.load(f).items()]


# --- making submissions ----------------------------------------------------------------------------------------------


def right_files(homework: Homework) -> dict[str, bytes]:
    """The reference's own files: a right submission."""
    return {name: (homework.reference / f"{name}.py").read_bytes() for name in homework.problems}


def materialise(entry: Entry, folder: Path, project: Path, right: dict[str, bytes]) -> Path:
    """Makes an entry's submission in `folder`, which is created; gives the path to hand in."""
    folder.mkdir(parents=True)
    if entry.make:
        from tests.corpus.hostile.makers import MAKERS

        return MAKERS[entry.make](folder, project, right) or folder
    if entry.folder:
        shutil.copytree(CORPUS / entry.folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        return folder
    (folder / "src").mkdir()
    for name, own in (("moments", entry.moments), ("shapes", entry.shapes)):
        data = (CORPUS / own).read_bytes() if own else right[name]
        (folder / "src" / f"{name}.py").write_bytes(data)
    return folder


def remove(folder: Path) -> None:
    """Removes a tree of any depth."""
    subprocess.run(["rm", "-rf", "--one-file-system", "--", str(folder)], check=True)


# --- the laboratory --------------------------------------------------------------------------------------------------


class Lab:
    """A project with secrets in it, a grader for it, and an eye on everything that a submission could leave behind."""

    def __init__(self, folder: Path, *, torch: bool = False, via_cli: bool = False) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.target = self.project / "results" / "results.json"
        self.workers: list[tuple[int | None, int, Path]] = []
        self._undo = contextlib.ExitStack()
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)
        self._plant(torch)
        self._own_temporary_folder()
        self.homework = find_homework(self.project, "tiny-hw")
        self.right = right_files(self.homework)
        self.via_cli = via_cli
        self._undo.callback(self._record())
        self.grader = Grader(self.homework)
        self.control = materialise(CONTROL, folder / "control", self.project, self.right)

    def close(self) -> None:
        """Ends the grader and removes everything."""
        try:
            self.grader.close()
        finally:
            self._undo.close()
            remove(self.folder)

    def run(self, entry: Entry) -> Outcome:
        """Grades one entry, then the control, and looks around."""
        home = self.folder / "in" / entry.name
        path = materialise(entry, home, self.project, self.right)
        before = self._surroundings(home)
        faults: list[str] = []
        results: dict[str, Any] = {}
        started = time.monotonic()
        for _ in range(entry.times):
            text, more = self._grade(path)
            results, found = examine(entry, text)
            faults += more + found
        seconds = time.monotonic() - started
        faults += [f"left behind: {trace}" for trace in self.traces()]
        after = self._surroundings(home)
        faults += [f"changed: {name}" for name in before if before[name] != after.get(name)]
        text, more = self._grade(self.control)
        faults += [f"the control afterwards: {fault}" for fault in more + examine(CONTROL, text)[1]]
        remove(home)
        if seconds > HANGS_S:
            faults.append(f"took {seconds:.0f} s")
        return Outcome(entry.name, entry.row, points(results), verdicts(results), tuple(faults), round(seconds, 2))

    def traces(self) -> list[str]:
        """What workers have left on this machine: processes, files, System V objects."""
        uids = {uid for uid, _, _ in self.workers if uid is not None}
        pids = {pid for _, pid, _ in self.workers}
        zygotes = {zygote.process.pid for zygote in self.grader._zygotes.values()}
        found = [f"process {pid}" for pid in processes(uids, pids, zygotes)]
        found += [f"scratch {scratch}" for _, _, scratch in self.workers if scratch.exists()]
        found += [f"process {pid} in {place}" for pid, place in tenants(self.folder)]
        found += [f"folder {path}" for path in self.temporary.iterdir()] if self.via_cli else []
        found += [f"file {path}" for path in strays(uids)]
        found += [f"System V object {line}" for line in system_v(uids)]
        self.workers.clear()
        clear(uids)
        return found

    def _grade(self, path: Path) -> tuple[str, list[str]]:
        """The results file as text, and what was wrong with the run itself."""
        self.target.unlink(missing_ok=True)
        if not self.via_cli:
            grade(self.grader, path, self.target)
            return self.target.read_text(encoding="utf-8"), []
        words = ["grade", str(path), "--homework", "tiny-hw", "--results", str(self.target)]
        command = [sys.executable, "-m", "autograder", *words]
        environment = os.environ | {"TMPDIR": str(self.temporary)}
        done = subprocess.run(command, cwd=self.project, env=environment, capture_output=True, timeout=300, check=False)
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        faults = [] if done.returncode in (0, 1, 3) else [f"exit status {done.returncode}: {said[-300:]}"]
        if any(canary in said for canary in NEVER[2:]):
            faults.append("a canary on the command's output")
        return (self.target.read_text(encoding="utf-8") if self.target.exists() else ""), faults

    def _plant(self, torch: bool) -> None:
        """The tiny homework with canaries in every place that is secret."""
        write_project(self.project)
        manifest = self.project / "reference/tiny_hw/homework.toml"
        if torch:
            text = manifest.read_text().replace('"scipy.stats"', '"torch"')
            manifest.write_text(text.replace("memory_mb = 256", "memory_mb = 2048"))
        (self.project / "reference/tiny_hw/secret.txt").write_text(CANARIES["reference"])
        bank = read_bank(self.project / "reference/tiny_hw" / HIDDEN)
        write_bank(
            self.project / "reference/tiny_hw" / HIDDEN,
            msgspec.structs.replace(bank, made_from=bank.made_from | {"note": CANARIES["bank"]}),
        )
        (self.project / "submission_metadata.json").write_text(json.dumps({"users": [{"email": CANARIES["metadata"]}]}))
        self.target.parent.mkdir()
        (self.target.parent / "earlier.json").write_text(CANARIES["results"])
        for path in (self.project, self.project / "reference", self.target.parent):
            path.chmod(0o700)
        (self.project / "submission_metadata.json").chmod(0o600)
        (self.folder / MARKER).touch()
        (self.project / MARKER).touch()
        os.environ["GRADELBO_HOSTILE"] = CANARIES["environment"]
        self._undo.callback(os.environ.pop, "GRADELBO_HOSTILE", None)

    def _own_temporary_folder(self) -> None:
        """The engine's temporary folders go where nobody else works."""
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir(mode=0o711)
        self.temporary.chmod(0o711)
        before, tempfile.tempdir = tempfile.tempdir, str(self.temporary)
        self._undo.callback(setattr, tempfile, "tempdir", before)

    def _record(self) -> Callable[[], None]:
        """Takes down every worker that is started; gives the way back."""
        original = sandbox.Zygote.fork

        def fork(zygote: sandbox.Zygote, budget: Budget) -> Worker:
            worker = original(zygote, budget)
            self.workers.append((worker.uid, worker.pid, worker.scratch))
            return worker

        sandbox.Zygote.fork = fork  # type: ignore[method-assign]
        return lambda: setattr(sandbox.Zygote, "fork", original)

    def _surroundings(self, home: Path) -> dict[str, str]:
        return {"the submission": signature(home), "the project": signature(self.project, but=self.target)}


CONTROL = Entry("control", 0, "a right submission graded after a hostile one", FULL)


def write_project(folder: Path) -> None:
    """A project whose only homework is the tiny one: machinery, reference, properties, template and a fresh bank."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "autograder", folder / "autograder", ignore=ignore)
    for name in ("setup.sh", "run_autograder", "requirements.lock", "pyproject.toml"):
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, folder / name)
    command = [sys.executable, "-m", "autograder", "freeze", "tiny-hw"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


# --- traces ----------------------------------------------------------------------------------------------------------


def processes(uids: set[int], pids: set[int], zygotes: set[int]) -> list[str]:
    """Living processes of these users, with these ids, or with one of these parents."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
            uid = process.stat().st_uid
            status = dict(row.split(":", 1) for row in (process / "status").read_text().splitlines())
            owner = int(status["Uid"].split()[0])
        except (OSError, ValueError, KeyError):  # it ended while it was looked at
            continue
        if fields[0] in "ZX":  # dead, and soon collected by the first process of the system
            continue
        if {uid, owner} & uids or int(fields[1]) in zygotes or int(process.name) in pids:
            found.append(f"{process.name} of uid {owner}, state {fields[0]}")
    return found


def tenants(folder: Path) -> list[tuple[str, str]]:
    """Living processes whose current folder lies below this one."""
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdigit() and (place := os.readlink(process / "cwd")).startswith(f"{folder}/"):
                found.append((process.name, place))
    return found


def strays(uids: set[int]) -> list[Path]:
    """Files of these users, or with the corpus' own prefix, in the folders that everybody may write to."""
    found = []
    for folder in SHARED:
        for path in _two_levels(folder):
            with contextlib.suppress(OSError):
                if path.lstat().st_uid in uids or path.name.startswith("gradelbo-hostile-"):
                    found.append(path)
    return found


def _two_levels(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            yield path
            if path.is_dir() and not path.is_symlink():
                with contextlib.suppress(OSError):
                    yield from path.iterdir()


def system_v(uids: set[int]) -> list[str]:
    """System V objects of these users, or with the corpus' key."""
    found = []
    for kind in ("shm", "sem", "msg"):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()
            names = lines[0].split()
            for line in lines[1:]:
                row = dict(zip(names, line.split(), strict=False))
                if row["key"] == IPC_KEY or int(row["uid"]) in uids or int(row["cuid"]) in uids:
                    found.append(f"{kind} {row['key']} of uid {row['uid']}")
    return found


def clear(uids: set[int]) -> None:
    """Removes what was found, so that the next submission is not blamed for it; only what the corpus itself made."""
    for path in strays(uids):
        if path.name.startswith("gradelbo-hostile-"):
            with contextlib.suppress(OSError):
                path.unlink()
    for letter in "MSQ":
        subprocess.run(["ipcrm", f"-{letter}", IPC_KEY], check=False, capture_output=True)


def signature(root: Path, *, but: Path | None = None) -> str:
    """A digest of every name, mode, size and time below a folder."""
    mixed = hashlib.blake2b(digest_size=16)
    folders = [os.open(root, os.O_RDONLY)]
    try:
        _sign(folders[0], mixed, but.name if but else None, 60)
    finally:
        os.close(folders[0])
    return mixed.hexdigest()


def _sign(folder: int, mixed: Any, but: str | None, depth: int) -> None:
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        found = entry.stat(follow_symlinks=False)
        if entry.name in (but, "__pycache__"):
            continue
        when = 0 if stat.S_ISDIR(found.st_mode) else found.st_mtime_ns
        told = (os.fsencode(entry.name), found.st_mode, found.st_uid, found.st_size if when else 0, when)
        mixed.update(repr(told).encode())
        if entry.is_dir(follow_symlinks=False) and depth:
            inner = os.open(entry.name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
            try:
                _sign(inner, mixed, but, depth - 1)
            finally:
                os.close(inner)


# --- looking at results ----------------------------------------------------------------------------------------------


def examine(entry: Entry, text: str, *, elsewhere: bool = False) -> tuple[dict[str, Any], list[str]]:
    """The results and everything in which they are not what the entry must get; `elsewhere`: made by another intake."""
    try:
        results = json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        return {}, [f"the results are not JSON: {error}"]
    both = text + json.dumps(results, ensure_ascii=False)
    faults = invalid(results) + [f"{word} stands in the results" for word in (*NEVER, *entry.never) if word in both]
    got = points(results)
    if got not in (entry.points, entry.also or entry.points):
        faults.append(f"points {_short(got)}, wanted {_short(entry.points)}")
    found = verdicts(results)
    faults += [
        f"{name} is {found.get(name)}, wanted {wanted}"
        for name, wanted in entry.verdicts.items()
        if found.get(name) != wanted
    ]
    if got == entry.points and not (elsewhere and entry.later):
        faults += [
            f"{part} does not say {words!r}: {told(results, part)[:200]!r}"
            for part, words in entry.says.items()
            if words not in told(results, part)
        ]
    return results, faults


def invalid(results: Any) -> list[str]:
    """What Gradescope would not take, or our own format does not allow: every row, scores that add up, plain text."""
    tests = results.get("tests", [])
    faults = [f"rows {[t.get('number') for t in tests]}"] if [t.get("number") for t in tests] != NUMBERS else []
    total = 0.0
    for t in tests:
        score, top = t.get("score"), t.get("max_score")
        if score is not None:
            total += score
            if not math.isfinite(score) or not 0 <= score <= (top if top is not None else math.inf) + 1e-9:
                faults.append(f"{t.get('number')}: {score} of {top}")
        if not t.get("name") or t.get("status", "passed") not in ("passed", "failed"):
            faults.append(f"{t.get('number')}: no name, or a status {t.get('status')}")
        if t.get("output_format", "text") != "text" or t.get("visibility", "visible") != "visible":
            faults.append(f"{t.get('number')}: {t.get('output_format')}, {t.get('visibility')}")
        if len(t.get("output", "")) > 100_000:
            faults.append(f"{t.get('number')}: an output of {len(t['output'])} characters")
    if not math.isclose(results.get("score", -1), total, abs_tol=1e-6):
        faults.append(f"the score {results.get('score')} is not the sum {total}")
    if len(results.get("output", "")) > 100_000 or results.get("extra_data", {}).get("internal"):
        faults.append("the whole output is too long, or a fallback")
    if results.get("extra_data", {}).get("undecided"):
        faults.append(f"undecided: {results['extra_data']['undecided']}")
    words = "".join([results.get("output", ""), *(t.get("output", "") + t.get("name", "") for t in tests)])
    wild = {c for c in words if not c.isprintable() and c not in "\n\t"}
    return faults + ([f"control characters {sorted(wild)}"] if wild else [])


def points(results: Any) -> dict[str, float | None]:
    """Points by part, of those that a machine grades."""
    return {t["number"]: t.get("score") for t in results.get("tests", []) if "max_score" in t}


def verdicts(results: Any) -> dict[str, str]:
    """Verdicts by "part.property"."""
    return {
        f"{t['number']}.{name}": verdict
        for t in results.get("tests", [])
        for name, verdict in t.get("extra_data", {}).get("verdicts", {}).items()
    }


def told(results: Any, part: str) -> str:
    """What the student reads of a part; "all": of the whole."""
    if part == "all":
        return str(results.get("output", ""))
    return next((t.get("output", "") for t in results.get("tests", []) if t["number"] == part), "")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _short(got: dict[str, float | None]) -> str:
    return " ".join(f"{part}:{'-' if value is None else f'{value:g}'}" for part, value in got.items()) or "none"


# --- commands --------------------------------------------------------------------------------------------------------


def runnable(entry: Entry) -> str:
    """Why this entry cannot be run here; empty when it can."""
    if entry.needs == "root" and os.geteuid() != 0:
        return "needs root"
    if entry.needs == "torch":
        import importlib.util

        return "" if importlib.util.find_spec("torch") else "needs torch"
    return ""


def run_all(wanted: list[Entry], *, via_cli: bool = False, say: Callable[[str], None] = print) -> list[Outcome]:
    """Grades all these entries, the ones that need torch in a laboratory of their own."""
    outcomes = []
    for torch in (False, True):
        mine = [entry for entry in wanted if (entry.needs == "torch") == torch and not runnable(entry)]
        if not mine:
            continue
        lab = Lab(Path(tempfile.mkdtemp(prefix="gradelbo-lab-")), torch=torch, via_cli=via_cli)
        try:
            for entry in mine:
                outcome = lab.run(entry)
                outcomes.append(outcome)
                say(line(outcome))
        finally:
            for outcome in _closed(lab):
                outcomes.append(outcome)
                say(line(outcome))
    return outcomes


def _closed(lab: Lab) -> list[Outcome]:
    """Closes the laboratory; a grader that cannot be closed after all this is an outcome too."""
    try:
        lab.close()
    except (RecursionError, GradelboError, OSError) as error:
        return [Outcome("the grader's own end", 0, {}, {}, (repr(error),), 0.0)]
    return []


def line(outcome: Outcome) -> str:
    """One outcome as a line of the table, its faults below."""
    word = "FAIL" if outcome.faults else "ok"
    head = f"{word:<4} {outcome.row:>2}  {outcome.name:<32} {_short(outcome.points):<18} {outcome.seconds:6.2f} s"
    return "\n".join([head, *(f"         {fault}" for fault in outcome.faults)])


def write(folder: Path, wanted: list[Entry]) -> None:
    """All entries as they would be handed in inside a container, and what each must get, by name."""
    project = Path("/autograder/source")
    right = right_files(find_homework(TINY, "tiny-hw"))
    (folder / "expect").mkdir(parents=True)
    public = folder / "project"  # makers read the public bank here
    write_project(public)
    for entry in wanted:
        if entry.needs in ("torch", "local"):
            continue
        home = folder / "submissions" / entry.name
        path = materialise(entry, home, public if entry.row == 44 else project, right)
        if path != home:  # one file: the archive or notebook itself, in the folder of that name
            assert path.parent == home
        (folder / "expect" / f"{entry.name}.json").write_text(json.dumps(asdict(entry), indent=1))


def compare(folder: Path, results: Path, say: Callable[[str], None] = print) -> list[Outcome]:
    """Holds results made elsewhere against DIR/expect."""
    outcomes = []
    for path in sorted((folder / "expect").glob("*.json")):
        loaded = json.loads(path.read_text())
        entry = Entry(**(loaded | {"never": tuple(loaded["never"])}))
        file = results / entry.name / "results.json"
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        found, faults = examine(entry, text, elsewhere=True)
        seconds = found.get("execution_time", 0.0)
        outcomes.append(Outcome(entry.name, entry.row, points(found), verdicts(found), tuple(faults), seconds))
        say(line(outcomes[-1]))
    return outcomes


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--ci", action="store_true")
    parser.add_argument("--all", action="store_true", help="the default")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--via-cli", action="store_true")
    parser.add_argument("--project", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--compare", nargs=2, type=Path)
    options = parser.parse_args()
    wanted = [e for e in entries() if (not options.names or e.name in options.names) and (e.ci or not options.ci)]
    if options.project:
        write_project(options.project)
        return 0
    if options.write:
        write(options.write, wanted)
        return 0
    outcomes = compare(*options.compare) if options.compare else run_all(wanted, via_cli=options.via_cli)
    if options.json:
        options.json.write_text(json.dumps([asdict(outcome) for outcome in outcomes], indent=1))
    failed = [outcome for outcome in outcomes if outcome.faults]
    rows = {outcome.row for outcome in outcomes}
    print(
        f"{len(outcomes)} submissions of {len(rows)} rows in {sum(o.seconds for o in outcomes):.0f} s: "
        f"{len(outcomes) - len(failed)} as they must be, {len(failed)} not"
    )
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
