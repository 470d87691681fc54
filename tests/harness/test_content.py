"""What must hold of every homework in the project: manifest, template, banks."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.build.contents import stray_files, template_files
from autograder.engine.bank import ingredients, read_bank, require_fresh
from autograder.engine.grader import HIDDEN, PUBLIC, Grader, preload
from autograder.engine.pipeline import grade
from autograder.engine.properties import load_properties
from autograder.engine.submission import Submission, intake
from autograder.local.replay import replay_case
from autograder.manifest import find_homework, homeworks

ROOT = Path(__file__).parents[2]
HOMEWORKS = homeworks(ROOT)


def test_there_is_a_homework():
    """The tests below run on something."""
    assert "cs229-ps3" in HOMEWORKS


@pytest.mark.parametrize("name", HOMEWORKS)
def test_the_template_is_in_step_with_the_reference(name):
    """student_template/ holds what `gradelbo build` makes of the reference, and nothing else but the public bank."""
    homework = find_homework(ROOT, name)
    files = template_files(homework)

    assert {path: (homework.template / path).read_bytes() for path in files} == files
    assert stray_files(homework, files) == []


@pytest.mark.parametrize("name", HOMEWORKS)
def test_the_banks_on_disk_fit_the_suite(name):
    """Both committed banks were frozen from the suite, the reference and the pins that are committed beside them."""
    homework = find_homework(ROOT, name)
    for path in (homework.template / PUBLIC, homework.reference / HIDDEN):
        require_fresh(read_bank(path), homework)


@pytest.mark.parametrize("name", HOMEWORKS)
def test_a_bank_comes_out_bit_for_bit_the_same(name):
    """Freezing again, in a fresh process, gives the committed banks to the last bit."""
    command = [sys.executable, "-m", "autograder", "freeze", name, "--compare"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("the same, bit for bit") == 2


@pytest.mark.parametrize("name", HOMEWORKS)
def test_no_hidden_case_is_public(name):
    """Students hold no case that decides their points, except where a property has but one case and no drawn input."""
    homework = find_homework(ROOT, name)
    public, hidden = read_bank(homework.template / PUBLIC), read_bank(homework.reference / HIDDEN)
    drawn = [prop for prop in load_properties(homework) if prop.drawn]
    shared = [
        (prop.part.id, prop.name)
        for prop in drawn
        if {case.id for case in public.cases(prop)} & {case.id for case in hidden.cases(prop)}
    ]

    assert shared == []


@pytest.mark.parametrize("name", HOMEWORKS)
def test_every_property_has_cases_and_every_part_a_public_one(name):
    """The hidden bank covers the whole suite, and of each part students can check something at home."""
    homework = find_homework(ROOT, name)
    public, hidden = read_bank(homework.template / PUBLIC), read_bank(homework.reference / HIDDEN)
    properties = load_properties(homework)

    assert [(prop.part.id, prop.name) for prop in properties if not hidden.cases(prop)] == []
    assert {part.id for part in homework.parts.values() if part.pays} == {
        prop.part.id for prop in properties if public.cases(prop)
    }


@pytest.mark.parametrize("name", HOMEWORKS)
def test_the_hidden_seed_is_nowhere_but_beside_the_reference(name):
    """Neither manifest nor public bank tells the seed of the hidden cases."""
    homework = find_homework(ROOT, name)
    seed = (homework.reference / "seed.txt").read_text().strip()

    assert len(seed) >= 16
    assert seed not in (homework.reference / "homework.toml").read_text()
    assert seed.encode() not in (homework.template / PUBLIC).read_bytes()
    assert seed not in str(ingredients(homework, reference=True))


@pytest.mark.parametrize("name", HOMEWORKS)
def test_the_case_that_a_failure_names_can_be_replayed(name, tmp_path):
    """`check PART --case ID` runs for a case of every public property, with the reference as the student's files."""
    homework = find_homework(ROOT, name)
    hand_in(homework, tmp_path)
    with Grader(homework, hidden=False) as grader:
        for prop in (prop for prop in grader.properties if prop.name in prop.part.public):
            case = grader.banks.public.cases(prop)[0].id
            replayed = replay_case(grader, intake(tmp_path), case)
            assert {str(found.check.verdict) for found in replayed} == {"passed"}


def hand_in(homework, folder):
    """Writes the reference's files where students have theirs."""
    for problem in homework.problems.values():
        for file, source in homework.sources_of(problem).items():
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())


@pytest.mark.parametrize("name", HOMEWORKS)
def test_the_bank_alone_decides_what_the_zip_ships_without_the_reference(name, tmp_path):
    """Without `asks_reference` in the manifest, grading a right submission imports nothing of the reference."""
    homework = find_homework(ROOT, name)
    if homework.asks_reference:
        pytest.skip("this homework says that it needs its reference")
    hand_in(homework, tmp_path / "handed_in")
    with Grader(homework) as grader:
        grader.reference = lambda _: None
        run = grade(grader, tmp_path / "handed_in")

    assert [s.part.id for s in run.scores if s.part.pays and s.earned != s.part.automatic] == []


def test_a_numpy_problem_does_not_wait_for_torch():
    """Handed in without vae.py, stratos-a5 warms numpy alone; with it, torch too, and never by the grader itself."""
    homework = find_homework(ROOT, "stratos-a5")
    sources = {p.file: homework.source_of(p).read_bytes() for p in homework.problems.values()}
    without = {path: data for path, data in sources.items() if not path.endswith("vae.py")}

    assert preload(homework.warm, Submission("s", without)) == ("numpy",)
    assert "torch" in preload(homework.warm, Submission("s", sources))
    assert not homework.asks_reference


def test_a_homework_in_numpy_alone_never_waits_for_torch():
    """cs229-ps3 has no torch to warm, and its import rule lets no file import it."""
    homework = find_homework(ROOT, "cs229-ps3")
    files = {p.file: homework.source_of(p).read_bytes() + b"\nimport torch\n" for p in homework.problems.values()}

    assert "torch" not in preload(homework.warm, Submission("s", files))
    assert not any("torch" in (problem.imports.allowed or ("torch",)) for problem in homework.problems.values())
