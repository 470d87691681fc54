"""`check --pdb`: hands one call to a plain interpreter under the debugger, with the terminal."""

import subprocess
import sys
import tempfile
from pathlib import Path

from autograder import wire
from autograder.local.replay import Call

__all__ = ["debug"]

DEBUGGER = Path(__file__).parents[1] / "worker" / "debug.py"


def debug(call: Call, folder: Path, file: str, adapter: bytes | None) -> int:
    """Runs the call under the debugger on the student's own file, without walls; gives the debugger's exit code."""
    request = {
        "folder": str(folder.resolve()),
        "file": file,
        "adapter": adapter,
        "function": call.function,
        "args": list(call.args),
        "kwargs": call.kwargs,
        "seed": call.seed,
    }
    with tempfile.TemporaryDirectory(prefix="gradelbo-debug-") as place:
        path = Path(place) / "call"
        path.write_bytes(wire.pack(request))
        return subprocess.run([sys.executable, "-P", str(DEBUGGER), str(path)], check=False).returncode
