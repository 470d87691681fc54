"""Holds the audit's kill rate against mutants of another tool: `python -m bench.mutmut_check [HOMEWORK PROBLEM …]`.

mutmut's operators make the mutants of a reference module; they are graded, and compared with the reference on the
sample, as the audit's own are. What the two rates differ by is what the two sets of operators differ by.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import libcst as cst
from mutmut.mutation.file_mutation import create_mutations

from autograder.audit.alike import read_declared
from autograder.audit.crew import Crew, Means, hurried
from autograder.audit.fresh import fresh_banks
from autograder.audit.generated import fates
from autograder.audit.mutate import Mutant, mutants_of, same_code
from autograder.manifest import Homework, Problem, find_homework

ROOT = Path(__file__).parents[1]


def theirs(homework: Homework, problem: Problem) -> Iterator[Mutant]:
    """What mutmut makes of a problem's functions, each mutant a whole file; the reference's own code is left out."""
    path = homework.reference / f"{problem.name}.py"
    source = path.read_text(encoding="utf-8")
    back = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:  # mutmut looks for its settings in the current folder
        os.chdir(folder)
        os.mkdir("src")
        module, mutations, _, _ = create_mutations(path.name, source)
        os.chdir(back)
    for i, mutation in enumerate(mutations):
        function = mutation.contained_by_top_level_function
        if function is None:
            continue
        text = cst.ensure_type(module.deep_replace(mutation.original_node, mutation.mutated_node), cst.Module).code
        if not same_code(source, text):
            old, new = (module.code_for_node(node) for node in (mutation.original_node, mutation.mutated_node))
            yield Mutant(problem.name, function.name.value, "mutmut", 0, f"-{old}\n+{new}", text, f"{i:016x}")


def compared(homework: Homework, problems: Sequence[str], jobs: int) -> Iterator[str]:
    """One line for each module and set of mutants, and mutmut's survivors."""
    banks = fresh_banks(homework, None, 2)
    declared = read_declared(homework)
    crew = Crew(hurried(homework, 1.0), Means(jobs))
    for problem in problems:
        ours, _ = mutants_of(homework, homework.problems[problem])
        for who, mutants in (("audit", ours), ("mutmut", list(theirs(homework, homework.problems[problem])))):
            ends, rate = fates(crew, mutants, banks, declared)
            states = [end.state for end in ends]
            real = states.count("killed") + states.count("survived")
            raised = sum(end.kill is not None and end.kill.verdict == "raised" for end in ends)
            same = states.count("equal") + states.count("declared")
            yield (
                f"{problem} {who}: {len(ends)} mutants, {same} equivalent, "
                f"{states.count('killed')} of {real} killed ({states.count('killed') / max(1, real):.2%}), "
                f"{raised} of them by raising; {rate:.1f} a second"
            )
            for end in ends if who == "mutmut" else ():
                if end.state == "survived":
                    yield f"  {end.mutant.function}: {end.mutant.diff}  [{end.other}]".replace("\n", "  =>  ")


def main() -> None:
    """The command."""
    name, *problems = sys.argv[1:] or ["cs229-ps3", "steps", "analysis"]
    for line in compared(find_homework(ROOT, name), problems, 2):
        print(line, flush=True)


if __name__ == "__main__":
    main()
