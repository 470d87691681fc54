"""What a handout's README tells students of the import rule is the rule that the grader keeps."""

from dataclasses import replace

import pytest

from autograder.build.readme import readme
from autograder.manifest.values import Imports

COSTS = "gets no points"


@pytest.mark.parametrize(
    ("imports", "said", "unsaid"),
    [
        (Imports(), ("`requirements.txt`",), (COSTS, "may not be imported")),
        (Imports(forbidden=("sklearn",)), ("sklearn may not be imported", f"imports it {COSTS}"), ("something else",)),
        (Imports(forbidden=("a", "b")), ("a, b may not be imported", f"imports one of them {COSTS}"), ("else gets",)),
        (
            Imports(allowed=("numpy",)),
            ("numpy, nothing else.", f"imports something else {COSTS}"),
            ("may not be imported",),
        ),
    ],
)
def test_students_are_told_the_import_rule_that_is_kept(tiny, imports, said, unsaid):
    """Where anything may be imported no student is told that it costs points."""
    text = readme(replace(tiny, imports=imports), ["src/moments.py"])

    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []
