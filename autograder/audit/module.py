"""A file of ours as a module, wherever it lies: the reference, a mutant, a corpus's forge.py."""

import importlib.util
from pathlib import Path
from types import ModuleType

__all__ = ["module_of"]


def module_of(path: Path, name: str) -> ModuleType:
    """The file, run as a module of this name, which nothing else sees; raises ImportError or what the file raises."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
