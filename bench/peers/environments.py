"""An environment of its own for each peer, made when it is first asked for, with numpy and torch of gradelbo's.

Peers' packages are installed from lists of exact versions. NumPy and torch with what they need are links to files that
setup.sh installed, which every environment reads through a .pth file: one version for all, and no second torch.
"""

import importlib.metadata
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

__all__ = ["PEERS", "environment", "locked", "version_of"]

HERE = Path(__file__).parent
PEERS = ("gradescope-utils", "pytest-gradescope", "nbgrader", "otter-grader")
SHARED = ("numpy", "torch")
FINISHED = ".finished"


def locked(peer: str) -> Path:
    """The list of exact versions of a peer's environment."""
    return HERE / "suites" / peer.replace("-", "_") / "requirements.txt"


def environment(peer: str, place: Path) -> Path:
    """The interpreter of this peer's environment below `place`; made there unless what its list asks for is there."""
    home = place / peer
    python, wanted = home / "bin" / "python", locked(peer).read_text(encoding="utf-8") + shared_versions()
    finished = home / FINISHED
    if finished.is_file() and finished.read_text(encoding="utf-8") == wanted:
        return python
    shutil.rmtree(home, ignore_errors=True)
    print(f"making {home}", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    (packages / "shared.pth").write_text(f"{shared(place)}\n", encoding="utf-8")
    install = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(locked(peer))]
    subprocess.run(install, check=True, stderr=subprocess.DEVNULL)
    require_shared(python)
    finished.write_text(wanted, encoding="utf-8")
    return python


def version_of(distribution: str) -> str:
    """The version that this process has of a distribution, without a build's name."""
    return importlib.metadata.version(distribution).split("+")[0]


def shared_versions() -> str:
    """What is shared, as lines of a list of versions."""
    return "".join(f"# {name}=={importlib.metadata.version(name)}\n" for name in SHARED)


def shared(place: Path) -> Path:
    """A folder of links to numpy, torch and all that they need, made anew."""
    folder = place / "shared"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in needed(SHARED):
        found = importlib.metadata.distribution(name)
        for top in {Path(file).parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            target = Path(str(found.locate_file(top)))
            if target.exists() and not (folder / top).is_symlink():
                (folder / top).symlink_to(target)
    return folder


def needed(names: tuple[str, ...]) -> Iterator[str]:
    """These distributions and all that they require, each once."""
    waiting, seen = list(names), set()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            requires = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # wanted on other systems only
        yield name
        waiting += [re.match(r"[\w.-]+", line)[0] for line in requires if "extra ==" not in line]


def require_shared(python: Path) -> None:
    """Raises SystemExit unless the environment imports the versions of this one."""
    ask = "import numpy, torch; print(numpy.__version__, torch.__version__)"
    found = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.split()
    wanted = [importlib.metadata.version(name) for name in SHARED]
    if found != wanted:
        raise SystemExit(f"{python} has {found} of {SHARED}, and not {wanted}; its list of versions asks for others")


def version_in(python: Path, distribution: str) -> str:
    """The version of a distribution in another environment."""
    ask = f"import importlib.metadata; print(importlib.metadata.version({distribution!r}))"
    return subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
