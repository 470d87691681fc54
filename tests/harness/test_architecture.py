"""The house's import rules: a package's place in the architecture is visible in what it imports."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("autograder", "reference", "tests", "student_template")

# package -> first-party names it may import
ALLOWED = {
    "autograder.kit": ("autograder.kit", "autograder.errors", "autograder.plain"),
    "autograder.manifest": ("autograder.manifest", "autograder.errors"),
    "autograder.worker": (
        "autograder.imports",
        "autograder.members",
        "autograder.plain",
        "autograder.source",
        "autograder.wire",
        "autograder.worker",
    ),
    "autograder.source": ("autograder.source",),
    "autograder.scoring": ("autograder.scoring", "autograder.manifest", "autograder.errors"),
    "autograder.engine": (
        "autograder.engine",
        "autograder.errors",
        "autograder.imports",
        "autograder.kit",
        "autograder.manifest",
        "autograder.members",
        "autograder.plain",
        "autograder.scoring",
        "autograder.wire",
    ),
    "autograder.local": (
        "autograder.engine",
        "autograder.errors",
        "autograder.imports",
        "autograder.local",
        "autograder.manifest",
        "autograder.members",
        "autograder.plain",
        "autograder.scoring",
        "autograder.source",
        "autograder.wire",
    ),
    "autograder.build": ("autograder.build", "autograder.engine", "autograder.errors", "autograder.manifest"),
    "autograder.audit": (
        "autograder.audit",
        "autograder.build",
        "autograder.engine",
        "autograder.errors",
        "autograder.kit",
        "autograder.manifest",
        "autograder.scoring",
        "autograder.wire",
    ),
    "autograder.author": (
        "autograder.audit",
        "autograder.author",
        "autograder.build",
        "autograder.engine",
        "autograder.errors",
        "autograder.manifest",
    ),
    "autograder.course": (
        "autograder.course",
        "autograder.engine",
        "autograder.errors",
        "autograder.manifest",
        "autograder.members",
        "autograder.scoring",
    ),
    "autograder.suites": (
        "autograder.engine",
        "autograder.errors",
        "autograder.plain",
        "autograder.scoring",
        "autograder.suites",
    ),
    "autograder.suites.far": ("autograder.suites.far",),  # runs in the worker from its text alone
    "reference": ("reference",),
    # adapters run in the worker from their text alone: nothing of ours is there
    "reference.cs229_ps3.adapters": (),
    "reference.dl2024_hw4.adapters": (),
    "reference.cse599i_hw1.adapters": (),
    "reference.stratos_a5.adapters": (),
    "reference.cmu10707_hw5.adapters": (),
    "student_template": (),
    "tests.properties": ("autograder.kit", "tests.properties"),
}
# package -> third-party names it may import, where that is part of the design
LIBRARIES = {
    "autograder.course": ("distributed", "jinja2", "markupsafe", "matplotlib", "msgspec", "yaml"),
    "autograder.local": ("hypothesis", "numpy", "rich"),
    "autograder.worker": (
        "IPython",
        "latex2mathml",
        "matplotlib",
        "nbconvert",
        "nbformat",
        "numpy",
        "pygments",
        "pypdf",
        "safetensors",
        "torch",
    ),
    "autograder.scoring": ("msgspec",),
    "reference": ("numpy", "scipy", "torch", "matplotlib", "rich", "safetensors"),
    "autograder.suites": ("gradescope_utils", "msgspec", "numpy", "pytest"),
    "autograder.suites.far": ("numpy",),
    "reference.cs229_ps3.adapters": ("numpy",),
    "reference.dl2024_hw4.adapters": ("numpy", "torch"),  # models and gradients live on the student's side
    "reference.cse599i_hw1.adapters": ("matplotlib", "numpy", "torch"),  # blocks are built, figures are read there
    "reference.stratos_a5.adapters": ("numpy", "torch"),  # decoders and gradients live on the student's side
    "reference.cmu10707_hw5.adapters": ("numpy", "torch"),  # networks and gradients, as above
    "student_template": ("numpy", "scipy", "torch", "matplotlib", "rich", "safetensors"),
    "tests.properties": ("hypothesis", "numpy"),
}
# single files that stand outside their folder's rule, and why
EXCEPT = {
    "tests/properties/conftest.py": "hands pytest the two fixtures",
    "autograder/engine/pipeline.py:autograder": "stamps the version into the results",
}
FILES = tuple(f"autograder/{name}.py" for name in ("errors", "imports", "members", "plain", "wire"))
STANDARD = set(__import__("sys").stdlib_module_names)


def imports(source: str) -> set[str]:
    """The absolute names a file imports, lazily or not."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def within(name: str, allowed: tuple[str, ...]) -> bool:
    """Whether a dotted name lies in one of the packages."""
    return any(name == package or name.startswith(package + ".") for package in allowed)


def breaches(root: Path, package: str) -> set[tuple[str, str]]:
    """What a package's files import and may not, as (file, name)."""
    found = set()
    for path in sorted((root / package.replace(".", "/")).rglob("*.py")):
        place = path.relative_to(root).as_posix()
        for name in imports(path.read_text(encoding="utf-8")):
            top = name.split(".")[0]
            if place in EXCEPT or (top == "autograder" and name == "autograder.__version__"):
                continue
            ours = top in OURS and not within(name, ALLOWED[package])
            foreign = top not in OURS and top not in STANDARD and package in LIBRARIES and top not in LIBRARIES[package]
            if ours or foreign:
                found.add((place, name))
    return found


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_what_it_may(package):
    """No file reaches past its folder's neighbours."""
    assert breaches(ROOT, package) == set()


@pytest.mark.parametrize("package", ALLOWED)
def test_every_package_with_a_rule_exists(package):
    """A rule for a folder that is gone would hold for ever."""
    assert list((ROOT / package.replace(".", "/")).rglob("*.py"))


@pytest.mark.parametrize(
    ("package", "line"),
    [
        ("autograder.worker", "import reference.cs229_ps3.gmm"),
        ("autograder.worker", "from autograder.engine import bank"),
        ("autograder.worker", "import msgpack"),
        ("autograder.kit", "from autograder import wire"),
        ("autograder.scoring", "def f():\n    import autograder.engine.run"),
        ("autograder.engine", "from autograder.worker.serve import serve"),
        ("autograder.engine", "from autograder.local import desk"),
        ("autograder.local", "from autograder.worker.debug import main"),
        ("autograder.local", "from autograder.commands import check"),
        ("autograder.local", "import nbformat"),
        ("autograder.engine", "from autograder.audit import mutate"),
        ("autograder.audit", "from autograder.worker.load import load"),
        ("autograder.engine", "from autograder.course import ledger"),
        ("autograder.course", "from autograder.audit import mutate"),
        ("autograder.course", "from autograder.worker.serve import serve"),
        ("autograder.course", "from autograder.commands import grade"),
        ("autograder.course", "import sqlalchemy"),
        ("autograder.suites", "from autograder.worker.load import load"),
        ("autograder.suites", "from autograder.wire import unpack"),
        ("autograder.suites.far", "from autograder.suites.link import Link"),
        ("autograder.suites.far", "import msgspec"),
        ("reference", "from autograder.kit import assert_close"),
        ("reference.cs229_ps3.adapters", "import torch"),
        ("reference.stratos_a5.adapters", "from reference.stratos_a5 import vae"),
        ("reference.stratos_a5.adapters", "import scipy"),
        ("student_template", "import reference"),
        ("tests.properties", "from reference.cs229_ps3 import steps"),
        ("tests.properties", "import autograder.engine"),
    ],
)
def test_the_rule_goes_red_when_broken(tmp_path, package, line):
    """Every rule is able to fail: a forbidden import in a folder is found."""
    folder = tmp_path / package.replace(".", "/")
    folder.mkdir(parents=True)
    (folder / "broken.py").write_text(line + "\n")

    assert len(breaches(tmp_path, package)) == 1


@pytest.mark.parametrize("file", FILES)
def test_the_foundations_import_no_engine(file):
    """errors, imports, members, plain and wire stand below everything: of ours they import errors and plain at most."""
    ours = {name for name in imports((ROOT / file).read_text(encoding="utf-8")) if name.split(".")[0] in OURS}

    assert {name for name in ours if not within(name, ("autograder.errors", "autograder.plain"))} == set()


def test_only_the_suite_and_its_fixtures_know_pytest():
    """Grading a homework needs no pytest: only what runs suites of tests imports it."""
    knowing = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "autograder").rglob("*.py")
        if any(name.split(".")[0] == "pytest" for name in imports(path.read_text(encoding="utf-8")))
    }

    mine = {f"autograder/suites/{name}.py" for name in ("plugin", "runner")}
    assert knowing == {"autograder/engine/suite.py"} | mine


def test_no_pickle_on_the_path_from_a_student():
    """Nothing in the machinery can unpickle."""
    picklers = ("pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib")
    found = {
        (path.name, name)
        for path in (ROOT / "autograder").rglob("*.py")
        for name in imports(path.read_text(encoding="utf-8"))
        if name.split(".")[0] in picklers
    }

    assert found == set()


def test_only_what_computes_with_torch_imports_it():
    """The numpy problems of a homework never load torch: no module of theirs names it, on either side of the wall."""
    naming = {
        path.relative_to(ROOT).as_posix()
        for folder in ("autograder/kit", "tests/properties", "reference")
        for path in (ROOT / folder).rglob("*.py")
        if any(within(name, ("torch",)) for name in imports(path.read_text(encoding="utf-8")))
    }

    both = (
        "cmu10707_hw5/vae",
        "cse599i_hw1/transformer",
        "dl2024_hw4/gmvae",
        "dl2024_hw4/witness",
        "stratos_a5/vae",
    )
    ours = ("dl2024_hw4/networks", "cse599i_hw1/train", "cse599i_hw1/runs")  # runs are judged by the given model
    assert naming == {f"reference/{name}.py" for name in (*both, *ours)} | {
        f"reference/{name.replace('/', '/adapters/')}.py" for name in both
    }


def modules() -> dict[str, Path]:
    """The machinery's modules by dotted name."""
    found = {}
    for path in (ROOT / "autograder").rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules of ours that a file imports as it is loaded: not those inside functions, nor for types alone."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        for name in imports(ast.unparse(node)) if isinstance(node, ast.Import | ast.ImportFrom) else ():
            found |= {name if name in known else name.rpartition(".")[0]} & known.keys()
    return found


def test_no_module_imports_itself_in_a_circle():
    """What a module needs is complete before it is; a circle would work or not by who comes first."""
    known = modules()
    graph = {name: imported(path, known) - {name} for name, path in known.items()}
    for name, needs in graph.items():
        package = known[name].name == "__init__.py"
        needs -= {other for other in graph if package and other.startswith(f"{name}.") and name in graph[other]}

    assert len(list(TopologicalSorter(graph).static_order())) > 100


def place(name: str) -> str:
    """The package of a module, or its own name at the top."""
    return name.split(".")[1] if "." in name else name


def test_the_picture_of_the_architecture_is_true():
    """docs/architecture.md draws an arrow between two packages exactly where one imports the other, lazily or not."""
    known = modules()
    real = set()
    for name, path in known.items():
        for other in imports(path.read_text(encoding="utf-8")):
            if within(other, ("autograder",)) and other != "autograder.__version__":
                real.add((place(name), place(other if other in known else other.rpartition(".")[0])))
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    drawn = {
        (one, other)
        for ones, others in re.findall(r"^    ([\w &]+) --> ([\w &]+)$", page, re.MULTILINE)
        for one in ones.split(" & ")
        for other in others.split(" & ")
    }

    assert drawn == {(one, other) for one, other in real if one != other and other not in BELOW and one not in TOP}


BELOW = ("errors", "imports", "members", "plain", "source", "wire", "autograder")  # the foundations, drawn as one
TOP = ("commands", "cli", "__main__", "notebook", "autograder")  # may use everything
