"""The template of a homework: every file that students fill in or read, made from the reference, the same each time."""

from pathlib import Path, PurePosixPath

from autograder.build.leaks import check_template
from autograder.build.readme import readme
from autograder.build.skeleton import blank_answers, skeleton
from autograder.build.template import stub
from autograder.build.twin import twin, twin_path
from autograder.engine.data import made_data
from autograder.engine.grader import PUBLIC
from autograder.errors import ManifestError
from autograder.manifest import Homework

__all__ = ["stray_files", "template_files", "write_template"]


def template_files(homework: Homework) -> dict[str, bytes]:
    """Every file of the template by its path below the template folder: stubs, notebooks, skeletons, data, README.

    Raises ManifestError where a stub would not raise, a file would not compile, or a solution would be handed out.
    """
    files: dict[str, bytes] = {}
    for problem in homework.problems.values():
        if problem.kind == "answers":
            files[problem.file] = blank_answers(homework, problem)
        if not problem.runs or problem.file in files:
            continue
        module = homework.source_of(problem)
        source = stub(module.read_text(encoding="utf-8"), module.name)
        sharing = {other.name for other in homework.problems.values() if other.file == problem.file}
        parts = tuple(part.id for part in homework.parts.values() if part.pays and sharing & set(part.problems))
        files[problem.file] = source.encode()
        files[twin_path(problem.file)] = twin(source, problem.file, parts)
    files |= {file: skeleton(homework, file) for file in homework.files}
    for path, text in made_data(homework).items():
        if path in files or path.startswith("/") or ".." in PurePosixPath(path).parts:
            raise ManifestError([f"data.py: {path!r} is another file's path, or none inside the template"])
        files[path] = text.encode()
    files["README.md"] = readme(homework, tuple(files)).encode()
    check_template(homework, files)
    return files


def write_template(homework: Homework) -> list[Path]:
    """Writes the template folder, removes what an earlier build left in it; gives the files written."""
    files = template_files(homework)
    for stray in stray_files(homework, files):
        stray.unlink()
    written = []
    for path, data in files.items():
        target = homework.template / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        written.append(target)
    return written


def stray_files(homework: Homework, files: dict[str, bytes]) -> list[Path]:
    """What lies in the template folder and is neither of the template nor the public bank."""
    wanted = {homework.template / path for path in files} | {homework.template / PUBLIC}
    lying = (path for path in homework.template.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted(path for path in lying if path not in wanted)
