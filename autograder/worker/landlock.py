"""The Landlock layer: what files a worker may open at all, asked of the kernel with three system calls.

The kernel says how much of Landlock it knows (its ABI); every right that it knows is handled, and given back only for
the paths of `readable` and the scratch folder.
"""

import contextlib
import ctypes
import os
import struct
import sys
import sysconfig

__all__ = ["Rule", "abi", "enforce", "readable", "rules", "ruleset"]

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every architecture
ASK_VERSION, PATH_BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG, MAKE_SYM = 1 << 4, 1 << 5, 1 << 7, 1 << 8, 1 << 12
REFER, TRUNCATE = 1 << 13, 1 << 14
KNOWN_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # ABI -> how many file rights it knows; 5 added ioctl on devices
NET_FROM, NET_RIGHTS = 4, 0b11  # TCP bind and connect
SCOPE_FROM, SCOPES = 6, 0b11  # abstract unix sockets, signals
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE


LOOK = EXECUTE | READ_FILE | READ_DIR
KEEP = READ_FILE | READ_DIR | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | REFER | TRUNCATE

SYSTEM = (
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/fonts",
    "/usr/share/fontconfig",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/var/cache/fontconfig",
    "/usr/share/locale",
    "/usr/share/zoneinfo",
    "/dev/random",
    "/dev/urandom",
    "/dev/zero",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
)
DEVICE, OWN_PROCESS = "/dev/null", "/proc/self"
OURS = ("__main__", "autograder")  # imported from a folder that is gone when the zygote is warm

Rule = tuple[str, int]  # a path, and the rights on what lies beneath it


def abi(libc: ctypes.CDLL) -> int:
    """How much of Landlock this kernel, and the container's profile, offers; 0 for none."""
    return max(0, int(libc.syscall(CREATE_RULESET, None, 0, ASK_VERSION)))


def readable() -> tuple[str, ...]:
    """What a worker may read: system libraries, the standard library, installed packages, by their real paths."""
    found = {os.path.realpath(path) for path in (*SYSTEM, *_installed())}
    kept = {path for path in found if not any(_inside(path, other) for other in found if other != path)}
    return tuple(sorted(path for path in kept if os.path.exists(path)))


def rules(version: int) -> tuple[Rule, ...]:
    """What every worker may do with which path; made once, for a kernel of this ABI."""
    files = rights_known(version)
    read = [(path, LOOK & (files if os.path.isdir(path) else OF_FILES)) for path in readable()]
    return (*read, (DEVICE, (READ_FILE | WRITE_FILE)), (OWN_PROCESS, READ_FILE | READ_DIR))


def rights_known(version: int) -> int:
    """Every right on files that this ABI knows."""
    return (1 << KNOWN_RIGHTS[min(version, max(KNOWN_RIGHTS))]) - 1


def ruleset(libc: ctypes.CDLL, version: int, allowed: tuple[Rule, ...], scratch: str) -> int:
    """The descriptor of a ruleset that allows `allowed`, and keeping files in `scratch`. Raises OSError."""
    files = rights_known(version)
    attributes = struct.pack("<3Q", files, NET_RIGHTS, SCOPES)
    size = 24 if version >= SCOPE_FROM else 16 if version >= NET_FROM else 8
    made = int(libc.syscall(CREATE_RULESET, attributes, size, 0))
    if made < 0:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    for path, rights in (*allowed, (scratch, KEEP & files)):
        try:
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:  # what cannot be opened needs no permission
            continue
        failed = libc.syscall(ADD_RULE, made, PATH_BENEATH, struct.pack("<Qi", rights, fd), 0)
        os.close(fd)
        if failed:
            raise OSError(ctypes.get_errno(), f"landlock_add_rule {path}")
    return made


def enforce(libc: ctypes.CDLL, made: int) -> None:
    """Restricts this thread, and every one it starts, for good; closes the ruleset. Needs NO_NEW_PRIVS."""
    failed = libc.syscall(RESTRICT_SELF, made, 0)
    os.close(made)
    if failed:
        raise OSError(ctypes.get_errno(), "landlock_restrict_self")


def _installed() -> set[str]:
    """The standard library and the packages; a package that is a link, or was imported from elsewhere, by its target.

    Not sys.path: an editable install puts a whole checkout there.
    """
    packages = {sysconfig.get_path(kind) for kind in ("purelib", "platlib")}
    roots = packages | {sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib")} | {os.path.dirname(os.__file__)}
    roots |= {os.path.join(sys.prefix, "share", "jupyter", "nbconvert", "templates")}  # data files of a package
    roots |= {os.path.join(base, "lib") for base in (sys.prefix, sys.base_prefix, sys.base_exec_prefix)}
    for folder in packages:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            roots |= {entry.path for entry in entries if entry.is_symlink()}
    return roots | {os.path.dirname(origin) for origin in _origins()}


def _origins() -> set[str]:
    """The real files of the imported modules that are not ours."""
    foreign = [module for name, module in list(sys.modules.items()) if name.split(".")[0] not in OURS]
    files = [getattr(module, "__file__", None) for module in foreign]
    return {os.path.realpath(file) for file in files if isinstance(file, str) and os.path.isabs(file)}


def _inside(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")
