"""The published schemas say what the readers take: no key is missing from them, and none too many."""

import json
import tomllib

import jsonschema
import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.cli import ROOT
from autograder.engine.pipeline import grade
from autograder.errors import ManifestError
from autograder.manifest import homeworks, read_homework
from autograder.manifest.table import Table
from autograder.scoring.gradescope import encode
from tests.harness.conftest import TINY

MANIFESTS = [ROOT / "reference" / name.replace("-", "_") / "homework.toml" for name in homeworks(ROOT)]


def printed(form):
    """What the command prints, as a value."""
    done = CliRunner().invoke(cli.main, ["schema", form])
    assert done.exit_code == 0
    found = json.loads(done.output)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def tables_of(schema):
    """By the name of a table, the keys that the schema knows in it."""
    found, parts = schema["properties"], schema["$defs"]
    late = found["policy"]["properties"]
    return {
        "homework": found["homework"], "imports": found["imports"], "audit": found["audit"], "policy": found["policy"],
        "policy late_days": late["late_days"], "policy bonus": late["bonus"], "problems": parts["problem"],
        "problems limits": parts["problem"]["properties"]["limits"], "parts": parts["part"],
    }  # fmt: skip


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.parent.name)
def test_every_manifest_fits_its_schema(path):
    """The manifests of the project are valid; a key that nobody knows is not."""
    values = tomllib.loads(path.read_text())
    jsonschema.validate(values, schema := printed("manifest"))
    values["parts"][next(iter(values["parts"]))]["pay"] = 1
    with pytest.raises(jsonschema.ValidationError, match="'pay' was unexpected"):
        jsonschema.validate(values, schema)


def test_reader_and_schema_know_the_same_keys(tmp_path, monkeypatch):
    """Whatever key the reader asks for stands in the schema, and the other way round."""
    known = {}
    original = Table.close

    def close(self):
        words = self.where.of("").split("[")[-1].replace("]", "").split()
        name = " ".join([words[0].split(".")[0], *words[1:]])
        known.setdefault(name, set()).update(self.known)
        original(self)

    monkeypatch.setattr(Table, "close", close)
    text = (TINY / "reference/tiny_hw/homework.toml").read_text() + (
        '[policy]\ndue = "2020-11-04T23:59:00-08:00"\nlate_days = { homework = 1, total = 2, beyond = "zero" }\n'
        'bonus = { points = 1, reason = "so" }\n[problems.run]\nfile = "run.py"\nkind = "script"\n'
        '[problems.trained]\nfile = "m/model.safetensors"\nkind = "artifact"\n'
        '[problems.said]\nfile = "said.json"\nkind = "answers"\n'
    )
    path = tmp_path / "homework.toml"
    path.write_text(text)
    with pytest.raises(ManifestError):
        read_homework(path, TINY)

    wanted = {name: set(table["properties"]) for name, table in tables_of(printed("manifest")).items()}
    assert known == wanted


def test_results_fit_their_schema(grader, submission):
    """What grading writes is valid; a negative score is not."""
    values = json.loads(encode(grade(grader, submission()).results))
    jsonschema.validate(values, schema := printed("results"))
    values["tests"][0]["score"] = -1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values, schema)
