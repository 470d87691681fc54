"""A handout as students unzip it, made from a homework for the tests: machinery, public cases, template."""

import ast
import json
import shutil
from pathlib import Path

import msgspec

from autograder.engine.bank import ingredients, read_bank, write_bank
from autograder.engine.grader import PUBLIC
from autograder.manifest import HANDOUT, Homework, find_homework

__all__ = ["make_handout"]

PACKAGE = Path(__file__).parents[2] / "autograder"


def make_handout(homework: Homework, folder: Path) -> Homework:
    """Lays a handout out in `folder`; what is hidden is left out of manifest and property files."""
    shutil.copytree(PACKAGE, folder / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    public = folder / HANDOUT
    public.mkdir()
    (public / "homework.toml").write_text(manifest(homework), encoding="utf-8")
    for shared in homework.properties.rglob("*.py"):
        if not shared.name.startswith("test_"):
            target = public / shared.relative_to(homework.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(shared, target)
    for part in homework.parts.values():
        for problem in part.problems if part.pays else ():
            source = homework.property_file(part, problem)
            target = public / source.relative_to(homework.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(public_tests(source.read_text(encoding="utf-8"), part.public), encoding="utf-8")
    if (homework.reference / "adapters").is_dir():
        shutil.copytree(homework.reference / "adapters", public / "adapters")
    bank = read_bank(homework.template / PUBLIC)
    write_bank(public / PUBLIC, bank)
    made = find_homework(folder, None)
    write_bank(public / PUBLIC, msgspec.structs.replace(bank, made_from=ingredients(made, reference=False)))
    for problem in homework.problems.values():
        (folder / problem.file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(homework.template / problem.file, folder / problem.file)
    return made


def public_tests(source: str, public: tuple[str, ...]) -> str:
    """A property file without the tests that are not public."""
    tree = ast.parse(source)
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))
        or node.name.removeprefix("test_") in public
    ]
    return ast.unparse(tree)


def manifest(homework: Homework) -> str:
    """The manifest with the points of hidden properties as a number and nothing else of them."""
    head = {"id": homework.id, "title": homework.title, "warm": homework.warm, "files": homework.files}
    lines = ["[homework]", *_lines(head)]
    for problem in homework.problems.values():
        limits = {name: getattr(problem.limits, name) for name in ("call_s", "part_s", "memory_mb")}
        lines += [f"[problems.{problem.name}]", *_lines({"file": problem.file, "functions": problem.functions})]
        lines += [f"adapter = {json.dumps(problem.adapter)}"] if problem.adapter else []
        lines += ["limits = { " + ", ".join(_lines(limits)) + " }"]
    for part in homework.parts.values():
        pays = {name: points for name, points in part.pays.items() if name in part.public}
        lines += [
            f'[parts."{part.id}"]',
            *_lines({"title": part.title, "problem": part.problem, "points": part.points}),
        ]
        kept = {
            name: [found for found in getattr(part, name) if found in part.public]
            for name in ("core", "independent", "explains", "public")
        }
        lines += _lines({"manual": part.manual, "by_hand": part.by_hand, **kept, "needs": part.needs})
        others = {problem: [n for n in names if n in part.public] for problem, names in part.elsewhere.items()}
        lines += ["elsewhere = { " + ", ".join(_lines(others)) + " }"] if others else []
        lines += [f"hidden = {part.automatic - sum(pays.values())}", "pays = { " + ", ".join(_lines(pays)) + " }"]
    return "\n".join(lines) + "\n"


def _lines(values: dict[str, object]) -> list[str]:
    return [f"{name} = {json.dumps(value)}" for name, value in values.items()]
