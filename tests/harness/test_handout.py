"""The handout: complete, reproducible, without a secret, and checking as the checkout does."""

import ast
import json
import re
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import msgspec
import numpy as np
import pytest

from autograder.build.archive import write_archive
from autograder.build.closure import NOT_FOR_STUDENTS, closure, imported
from autograder.build.handout import REQUIRED, handout_files, requirements, torch_pin, write_handout
from autograder.build.leaks import solutions
from autograder.build.public_form import public_manifest
from autograder.build.words import code_words, telling, text_words, windows
from autograder.engine.bank import MAGIC, read_bank, require_fresh
from autograder.engine.data import made_data
from autograder.engine.grader import HIDDEN, PUBLIC, Grader
from autograder.engine.properties import load_properties
from autograder.errors import BankError, EnvironmentUnusable, InternalFault, ManifestError
from autograder.manifest import HANDOUT, find_homework, homeworks
from reference.cs229_ps3 import data, paths
from tests.harness.public_verdicts import verdicts
from tests.harness.test_corpus import CORPORA, lay_out

ROOT = Path(__file__).parents[2]
NAMES = homeworks(ROOT)
ENTRIES = CORPORA["cs229-ps3"]
RECIPES = {"_instance", "_on_grid", "step_instance"}  # how instances are made, as public strategies make theirs
SAME_VERDICTS = ("right_steps_scipy", "right_lgm_scipy", "right_analysis_loops", "wrong_shape", "stub", "casual")
IMPORT_ALL = """
import importlib, json, sys
sys.path[:] = [sys.argv[1], *[path for path in sys.path if path]]
for name in json.loads(sys.argv[2]):
    importlib.import_module(name)
from autograder.manifest import find_homework
from autograder.engine.grader import Grader
from pathlib import Path
with Grader(find_homework(Path(sys.argv[1]), None), hidden=False) as grader:
    cases = sum(len(grader.banks.public.cases(prop)) for prop in grader.properties)
ours = ("autograder", "tests", "reference")
files = [getattr(module, "__file__", None) for name, module in sys.modules.items() if name.split(".")[0] in ours]
print(json.dumps([cases, [file for file in files if file and not file.startswith(sys.argv[1])]]))
"""
CHECK = """
import json, sys
from pathlib import Path
from autograder.engine.grader import Grader
from autograder.local.run import check_submission
from autograder.manifest import find_homework
with Grader(find_homework(Path(sys.argv[1]), None), hidden=False) as grader:
    found = [check_submission(grader, grader.intake(Path(folder))) for folder in sys.argv[2:]]
print(json.dumps([{f"{check.part} {check.name}": str(check.verdict) for check in checks} for checks in found]))
"""


class Given:
    """A homework with its handout as files, as one zip, and unpacked in a folder with a space in its name."""

    def __init__(self, name, place):
        self.homework = find_homework(ROOT, name)
        self.files = handout_files(self.homework)
        self.zip = write_handout(self.homework, place / "handout.zip")
        self.folder = place / "a course" / name
        zipfile.ZipFile(self.zip).extractall(self.folder.parent)
        body = zlib.decompress(self.files[f"{HANDOUT}/{PUBLIC}"][len(MAGIC) + 16 :])
        self.contents = self.files | {"the bank, unpacked": body}  # what a curious student can read

    def run(self, script, *args):
        """What a script prints, run in a clean interpreter inside the handout."""
        command = [sys.executable, "-c", script, str(self.folder), *map(str, args)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module", params=NAMES)
def given(request, tmp_path_factory):
    """Each homework's handout."""
    return Given(request.param, tmp_path_factory.mktemp("handout"))


def holding(given, *needles):
    """The files that hold one of these byte strings, and which."""
    return [(path, n) for path, text in given.contents.items() for n in needles if n in text]


def test_the_zip_has_the_same_bytes_each_time(given, tmp_path):
    """Who builds it again gets the file that students have."""
    assert write_handout(given.homework, tmp_path / "again.zip").read_bytes() == given.zip.read_bytes()


def test_the_zip_holds_one_folder_named_for_the_homework(given):
    """Unpacking it anywhere makes one folder and nothing beside it."""
    assert {name.split("/")[0] for name in zipfile.ZipFile(given.zip).namelist()} == {given.homework.id}


def test_a_handout_has_what_its_readme_names(given):
    """Files to write and to fill in, data, requirements, and the folders of machinery."""
    here = given.files["README.md"].decode().split("## What is here")[1].split("\n## ")[0]
    named = set(re.findall(r"^\| `([^`]+)`", here, re.MULTILINE))
    wanted = {problem.file for problem in given.homework.problems.values()} | set(given.homework.files)
    made = {problem.file for problem in given.homework.problems.values() if problem.kind in ("text", "artifact")}

    assert wanted - made | {"README.md", "requirements.txt", "autograder/cli.py"} <= set(given.files)
    assert wanted <= named
    assert {path for path in named if not path.endswith("/")} - made <= set(given.files)


def test_nothing_of_the_reference_is_in_a_handout(given):
    """No six words of a solution, nor of a module that students never see, stand in any file."""
    secret = dict(solutions(given.homework))
    template = {given.homework.source_of(problem).name for problem in given.homework.problems.values()}
    template |= {Path(file).name for file in given.homework.files}
    template |= {"data.py", *(Path(path).name for path in made_data(given.homework))}  # what it writes, students get
    for path in given.homework.reference.glob("*.py"):
        if path.name not in template:
            text = path.read_text()
            kept = code_words(text, lines_outside(text, RECIPES))
            secret |= {window: path.name for window, _ in windows(kept) if telling(window)}
    public = {path: text for path, text in given.files.items() if not path.startswith("autograder/")}
    found = {
        (path, window)
        for path, text in public.items()
        if not path.endswith((".bank", ".csv", ".txt"))
        for window, _ in windows(text_words(text.decode()))
        if window in secret
    }

    assert len(secret) > 500
    assert found == set()


def lines_outside(source, functions):
    """The lines of a source that belong to none of these functions."""
    inside = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name in functions
        for line in range(node.lineno, node.end_lineno + 1)
    }
    return set(range(1, source.count("\n") + 2)) - inside


def test_no_hidden_property_is_named_in_a_handout(given):
    """Neither names nor claims of what is checked after hand-in."""
    every = load_properties(given.homework)
    public = {prop.name for prop in every if prop.name in prop.part.public}
    claims = {prop.claim for prop in every if prop.name in prop.part.public}
    hidden = {prop.name for prop in every} - public | {prop.claim for prop in every} - claims

    assert len(hidden) > 5
    assert holding(given, *(text.encode() for text in hidden)) == []


def test_no_hidden_case_is_in_a_handout(given):
    """Neither the packed case, nor its id in the bank, nor the bytes of its arrays in any file.

    Strategies build arrays from small seeds, so a few arrays of hidden cases are also arrays of public ones, or begin
    as these do; a case, which is all of its arguments, is never shared.
    """
    hidden = read_bank(given.homework.reference / HIDDEN)
    public = read_bank(given.folder / HANDOUT / PUBLIC)
    drawn = [prop for prop in load_properties(given.homework) if prop.drawn]
    known = b"".join(found for prop in drawn for case in public.cases(prop) for found in arrays(case))
    every = [found for prop in drawn for case in hidden.cases(prop) for found in arrays(case)]
    secret = {found for found in every if found not in known}
    shared = {case.id for prop in drawn for case in hidden.cases(prop) if case.id in ids(public, prop)}

    assert shared == set()
    assert len(secret) > 0.95 * len(set(every)) > 100
    given_away = {(prop.part.id, prop.name) for prop in load_properties(given.homework) if not prop.drawn}
    entries = [entry for entry in hidden.entries if (entry.part, entry.name) not in given_away]
    assert holding(given, *(packed for entry in entries for packed in entry.cases)) == []
    assert holding(given, *secret, hidden.digest.encode(), bytes.fromhex(hidden.digest)) == []


def ids(bank, prop):
    """The ids of a property's cases."""
    return {case.id for case in bank.cases(prop)}


def arrays(value):
    """The raw bytes of every array of 64 bytes and more in a case."""
    if isinstance(value, np.ndarray):
        return [value.tobytes()] if value.nbytes >= 64 and len(np.unique(value)) > 4 else []
    if isinstance(value, dict):
        return [found for item in value.values() for found in arrays(item)]
    return [found for item in value for found in arrays(item)] if isinstance(value, list | tuple) else []


def test_no_seed_is_in_a_handout(given):
    """The seed of the hidden cases is nowhere; the lists of instances are nowhere."""
    seed = (given.homework.reference / "seed.txt").read_bytes().strip()

    assert holding(given, seed, bytes.fromhex(seed.decode())) == []


def test_no_private_data_set_is_in_a_handout(given):
    """Data of the private seeds, and the seeds of the listed instances, are in no file."""
    if given.homework.id != "cs229-ps3":
        pytest.skip("private data sets are this homework's")
    first = [f"{paths.dataset(seed, data.POINTS)[0][0, 0]:.17g}".encode() for seed in (7, 1, 4, 9, 10)]
    raw = [paths.dataset(seed, data.POINTS)[0].tobytes()[:64] for seed in (7, 1, 4, 9, 10)]
    listed = [repr(pair).encode() for pair in (*paths.EARLY[:5], *paths.STOP[:5], *paths.STOP_SEMI[:5])]

    assert holding(given, *first, *raw, *listed) == []


def test_the_machinery_of_a_handout_is_complete_and_alone(given):
    """In a clean interpreter everything is imported from the handout itself, and every case of the bank decodes."""
    modules = [name[:-3].replace("/", ".").removesuffix(".__init__") for name in given.files if name.endswith(".py")]
    wanted = [
        m
        for m in modules
        if m.startswith("autograder") and m not in ("autograder.__main__", "autograder.worker.zygote")
    ]
    cases, strangers = given.run(IMPORT_ALL, json.dumps(wanted))

    assert cases == sum(len(entry.cases) for entry in read_bank(given.homework.template / PUBLIC).entries) > 0
    assert strangers == []


def test_nothing_that_is_not_for_students_is_in_a_handout(given):
    """No build, audit, course, freezing, recording, doctor or pytest suite; no reference, no oracle, no corpus."""
    tops = {path.split("/")[0] for path in given.files if "/" in path}
    modules = {path[:-3].replace("/", ".") for path in given.files if path.startswith("autograder/")}

    handed = (*given.homework.files, *(problem.file for problem in given.homework.problems.values()))
    assert tops <= {"autograder", HANDOUT} | {file.split("/")[0] for file in handed}
    assert [module for module in modules if module.startswith(NOT_FOR_STUDENTS)] == []


def test_the_bank_of_a_handout_is_fresh_there_and_has_the_same_cases(given):
    """It is stamped for the handout's own files; its cases are the checkout's, bit for bit."""
    shipped = find_homework(given.folder, None)
    bank, ours = read_bank(given.folder / HANDOUT / PUBLIC), read_bank(given.homework.template / PUBLIC)
    require_fresh(bank, shipped)

    assert bank.entries == ours.entries
    assert set(bank.made_from) - {"data"} == {"manifest", "suite", "adapters"}


def test_a_handout_that_was_changed_says_so(given, tmp_path):
    """A public property that somebody edits no longer fits the bank."""
    zipfile.ZipFile(given.zip).extractall(tmp_path)
    shipped = find_homework(tmp_path / given.homework.id, None)
    path = next(shipped.properties.rglob("test_*.py"))
    path.write_text(path.read_text() + "\n")

    with pytest.raises(BankError, match="suite"):
        require_fresh(read_bank(shipped.template / PUBLIC), shipped)


def test_the_points_of_a_handout_add_up(given):
    """What is hidden is one number a part; parts, points and limits are those of the homework."""
    shipped = find_homework(given.folder, None)
    for part in given.homework.parts.values():
        other = shipped.parts[part.id]
        assert (other.points, other.manual, other.by_hand) == (part.points, part.manual, part.by_hand)
        assert other.automatic + other.hidden == pytest.approx(part.automatic)
    assert [p.limits for p in shipped.problems.values()] == [p.limits for p in given.homework.problems.values()]
    assert shipped.imports == given.homework.imports


def test_a_fresh_handout_is_missing_everywhere(given):
    """Before a student writes a line, every public check says that the function is not written."""
    (found,) = given.run(CHECK, given.folder)

    assert found
    assert set(found.values()) == {"missing"}


def test_a_handout_checks_as_the_checkout_does(given, tmp_path):
    """Verdicts on corpus submissions are the same from the unpacked zip and from the project."""
    if given.homework.id != "cs229-ps3":
        pytest.skip("the corpus is this homework's")
    chosen = [name for name in ENTRIES if name.endswith(SAME_VERDICTS)] + [n for n in ENTRIES if "mutant" in n][::60]
    for name in chosen:
        lay_out(ENTRIES[name], tmp_path / name)
    there = given.run(CHECK, *(tmp_path / name for name in chosen))
    with Grader(given.homework, hidden=False) as grader:
        here = [verdicts(grader, tmp_path / name, live=False) for name in chosen]

    assert len(chosen) >= 8
    assert there == [{f"{part} {prop}": verdict for (part, prop), verdict in found.items()} for found in here]
    assert {verdict for found in there for verdict in found.values()} >= {"passed", "wrong"}


def test_the_requirements_are_the_pins_of_the_lock():
    """Students run the versions that the cases were recorded with."""
    pins = requirements(ROOT / "requirements.lock")

    assert [line.split("==")[0] for line in pins.splitlines()] == list(REQUIRED)
    assert all(re.fullmatch(r"[a-z]+==[0-9.]+", line) for line in pins.splitlines())


def test_torch_is_asked_for_where_the_homework_wants_it():
    """What a template imports is installed by the one command of its README, and nothing large besides."""
    asked = {
        name: handout_files(find_homework(ROOT, name))["requirements.txt"].decode().splitlines()
        for name in ("stratos-a5", "cs229-ps3")
    }
    (version,) = re.findall(r"TORCH=([0-9.]+)", (ROOT / "setup.sh").read_text())

    assert asked["stratos-a5"] == [*asked["cs229-ps3"], f"torch=={version}"]
    assert not any(line.startswith("torch") for line in asked["cs229-ps3"])


def test_a_setup_that_names_no_torch_is_a_fault(tmp_path):
    """A handout that cannot be installed is not built."""
    (tmp_path / "setup.sh").write_text("TORCH=\n")

    with pytest.raises(EnvironmentUnusable, match="which torch"):
        torch_pin(tmp_path / "setup.sh")


def test_a_lock_without_a_requirement_is_a_fault(tmp_path):
    """A handout that cannot be installed is not built."""
    (tmp_path / "requirements.lock").write_text("numpy==1.0 \\\n")

    with pytest.raises(EnvironmentUnusable, match="click"):
        requirements(tmp_path / "requirements.lock")


def test_what_is_not_for_students_stops_the_handout(tmp_path):
    """An import that would bring the builder along is refused, with the chain that leads to it."""
    package = tmp_path / "autograder"
    (package / "commands").mkdir(parents=True)
    (package / "build").mkdir()
    (package / "build" / "__init__.py").touch()
    (package / "commands" / "check.py").write_text("def check():\n    from autograder.commands import deeper\n")
    (package / "commands" / "deeper.py").write_text("import autograder.build.handout\n")

    with pytest.raises(InternalFault, match=r"autograder\.build.*check -> autograder\.commands\.deeper"):
        closure(package)


def test_names_and_packages_of_an_import_are_followed():
    """`from a.b import c` may mean the module a.b.c; packages above it are run too."""
    assert set(imported("from autograder.kit import close\nimport numpy")) == {
        "autograder",
        "autograder.kit",
        "autograder.kit.close",
    }


def test_a_bank_without_a_case_of_a_public_property_is_refused(tiny_copy):
    """A handout whose check could not decide a claim is not built."""
    from autograder.engine.bank import write_bank

    homework = find_homework(tiny_copy, "tiny-hw")
    bank = read_bank(homework.template / PUBLIC)
    write_bank(homework.template / PUBLIC, msgspec.structs.replace(bank, entries=bank.entries[1:]))

    with pytest.raises(ManifestError, match="the public bank has no case of"):
        handout_files(homework)


def test_a_stale_bank_is_refused(tiny_copy):
    """Cases that were recorded before the suite changed are not handed out."""
    homework = find_homework(tiny_copy, "tiny-hw")
    path = homework.properties / "moments" / "test_1a.py"
    path.write_text(path.read_text() + "\n")

    with pytest.raises(BankError, match="freeze"):
        handout_files(homework)


def test_a_part_without_a_public_property_runs_nothing(tiny_copy):
    """Its points are hidden, its properties unnamed; the handout is sound all the same."""
    manifest = tiny_copy / "reference" / "tiny_hw" / "homework.toml"
    text = manifest.read_text().replace(
        'pays = { matches_reference = 2 }\npublic = ["matches_reference"]', "pays = { matches_reference = 2 }"
    )
    manifest.write_text(text)
    made = public_manifest(find_homework(tiny_copy, "tiny-hw"))
    part = made[made.index('[parts."1b"]') : made.index('[parts."2"]')]

    assert "hidden = 2" in part
    assert "matches_reference" not in part


def test_an_archive_keeps_order_modes_and_one_date(tmp_path):
    """What the bytes of a zip depend on is fixed."""
    target = write_archive(tmp_path / "new" / "a.zip", {"b": b"1", "a": b"2"}, executable=("a",))
    infos = zipfile.ZipFile(target).infolist()

    assert [(i.filename, i.external_attr >> 16, i.date_time[0]) for i in infos] == [
        ("b", 0o100644, 2020),
        ("a", 0o100755, 2020),
    ]
