"""Zip files with the same bytes each time."""

import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

__all__ = ["write_archive"]

EPOCH = (2020, 1, 1, 0, 0, 0)


def write_archive(target: Path, files: Mapping[str, bytes], *, executable: tuple[str, ...] = ()) -> Path:
    """Writes files by path into a zip, in the order given, with one date and the modes 0644 or 0755."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | (0o755 if name in executable else 0o644)) << 16
            archive.writestr(info, data)
    return target
