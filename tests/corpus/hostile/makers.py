"""Makes the hostile submissions that cannot lie in git: links, devices, odd bytes, huge folders, archives.

Every maker gets an empty folder, the project that the grader belongs to (a target for links, the public cases) and the
right files by name; it fills the folder, or gives the path of the one file that is handed in instead.
"""

import gzip
import io
import json
import os
import socket
import stat
import struct
import tarfile
import unicodedata
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

Right = dict[str, bytes]
MAKERS: dict[str, Callable[[Path, Path, Right], Path | None]] = {}


def maker(function: Callable[[Path, Path, Right], Path | None]) -> Callable[[Path, Path, Right], Path | None]:
    """Registers a maker under its own name."""
    MAKERS[function.__name__] = function
    return function


def put(folder: Path, files: dict[str, bytes]) -> None:
    """Writes files below a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def both(right: Right, prefix: str = "") -> dict[str, bytes]:
    """The right files at their places."""
    return {f"{prefix}src/moments.py": right["moments"], f"{prefix}src/shapes.py": right["shapes"]}


# --- links and special files -----------------------------------------------------------------------------------------


@maker
def r09_link_to_the_reference(folder: Path, project: Path, right: Right) -> None:
    """moments.py is a link to the reference's own file."""
    put(folder, {"src/shapes.py": right["shapes"]})
    (folder / "src/moments.py").symlink_to(project / "reference/tiny_hw/moments.py")


@maker
def r09_linked_folder(folder: Path, project: Path, right: Right) -> None:
    """The whole folder is a link to the reference."""
    put(folder, {"shapes.py": right["shapes"]})
    (folder / "src").symlink_to(project / "reference/tiny_hw")


@maker
def r09_links_beside(folder: Path, project: Path, right: Right) -> None:
    """Right files beside links to everything: the root, the results, itself, nothing."""
    put(folder, both(right))
    for name, target in {
        "root": "/",
        "results.json": project / "results/results.json",
        "metadata": "/autograder/submission_metadata.json",
        "src/loop": "loop",
        "src/up": "..",
        "src/gone": "/nowhere",
        "src/data.npz": "/proc/self/environ",
    }.items():
        (folder / name).symlink_to(target)


@maker
def r84_fifo_in_the_place(folder: Path, project: Path, right: Right) -> None:
    """moments.py is a pipe that nobody writes to: reading it would wait for ever."""
    put(folder, {"src/shapes.py": right["shapes"]})
    os.mkfifo(folder / "src/moments.py")


@maker
def r84_special_files_beside(folder: Path, project: Path, right: Right) -> None:
    """Right files beside a pipe, a socket, a setuid file and folders that list strangely."""
    put(folder, both(right) | {"src/setuid.py": b"# Row 84\n", "src/nobits.py": b"# Row 84\n"})
    os.mkfifo(folder / "src/pipe.py")
    with socket.socket(socket.AF_UNIX) as s:
        here = os.getcwd()
        os.chdir(folder)  # a socket's path is short
        s.bind("socket.py")
        os.chdir(here)
    (folder / "src/moments.py").chmod(stat.S_ISUID | stat.S_ISGID | 0o777)
    (folder / "src/setuid.py").chmod(stat.S_ISUID | 0o755)


@maker
def r84_devices(folder: Path, project: Path, right: Right) -> None:
    """moments.py is an endless device, and another one lies beside it."""
    put(folder, {"src/shapes.py": right["shapes"]})
    os.mknod(folder / "src/moments.py", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    os.mknod(folder / "src/disk.py", stat.S_IFBLK | 0o666, os.makedev(7, 0))


# --- encodings and names ---------------------------------------------------------------------------------------------

TABS = (
    b"import numpy as np\r\n\r\n\r\ndef mean(x):\r\n\tif len(x) == 0:\r\n\t\traise ValueError('empty')\r\n"
    b"\treturn float(np.mean(x))\r\n\r\n\r\ndef standardize(x):\r\n\treturn (x - np.mean(x)) / np.std(x)\r\n"
)


@maker
def r70_bom_crlf_tabs(folder: Path, project: Path, right: Right) -> None:
    """A byte order mark, Windows line ends, tabs."""
    put(folder, both(right) | {"src/moments.py": b"\xef\xbb\xbf# Row 70\r\n" + TABS})


@maker
def r70_coding_cookie(folder: Path, project: Path, right: Right) -> None:
    """Latin-1, and says so."""
    put(folder, both(right) | {"src/moments.py": b"# -*- coding: latin-1 -*-\n# Row 70: caf\xe9\n" + TABS})


@maker
def r70_old_mac_lines(folder: Path, project: Path, right: Right) -> None:
    """Line ends of an old Macintosh."""
    put(folder, both(right) | {"src/moments.py": TABS.replace(b"\r\n", b"\r")})


@maker
def r71_nul_bytes(folder: Path, project: Path, right: Right) -> None:
    """NUL bytes in the middle of the source."""
    put(folder, both(right) | {"src/moments.py": right["moments"].replace(b"def mean", b"\0def mean")})


@maker
def r71_undeclared_latin_1(folder: Path, project: Path, right: Right) -> None:
    """Latin-1 without saying so."""
    put(folder, both(right) | {"src/moments.py": b'NAME = "caf\xe9"\n' + right["moments"]})


@maker
def r71_utf_16(folder: Path, project: Path, right: Right) -> None:
    """UTF-16, as an editor on Windows may save it."""
    put(folder, both(right) | {"src/moments.py": right["moments"].decode().encode("utf-16")})


@maker
def r71_utf_16_without_mark(folder: Path, project: Path, right: Right) -> None:
    """UTF-16 that does not say so."""
    put(folder, both(right) | {"src/moments.py": right["moments"].decode().encode("utf-16-le")})


@maker
def r71_unknown_encoding(folder: Path, project: Path, right: Right) -> None:
    """A declared encoding that does not exist, and in the other file one that is none of text."""
    put(
        folder,
        {
            "src/moments.py": b"# coding: klingon\n" + right["moments"],
            "src/shapes.py": b"# coding: hex\n" + right["shapes"],
        },
    )


@maker
def r76_second_download(folder: Path, project: Path, right: Right) -> None:
    """What a browser and a system make of a name that is there already."""
    put(folder, {"moments (1).py": right["moments"], "src/shapes - Copy (2).py": right["shapes"]})


@maker
def r76_hidden_ending(folder: Path, project: Path, right: Right) -> None:
    """What an editor on Windows makes of an ending, and a name that ends in a blank and a dot."""
    put(folder, {"src/moments.py.txt": right["moments"], "src/Shapes.PY .": right["shapes"]})


@maker
def r76_dash(folder: Path, project: Path, right: Right) -> None:
    """A dash where nobody wanted one."""
    put(folder, {"src/mo-ments.py": right["moments"], "src/shapes.py": right["shapes"]})


@maker
def r76_twice_by_case(folder: Path, project: Path, right: Right) -> None:
    """Two names that differ in a capital letter only: the right name counts."""
    put(folder, both(right) | {"src/Moments.py": b"raise SystemExit\n"})


@maker
def r76_near_name(folder: Path, project: Path, right: Right) -> None:
    """A name one letter off."""
    put(folder, {"src/moment.py": right["moments"], "src/shapes.py": right["shapes"]})


@maker
def r76_other_name(folder: Path, project: Path, right: Right) -> None:
    """A name that resembles nothing."""
    put(folder, {"hw1_final.py": right["moments"], "src/shapes.py": right["shapes"]})


@maker
def r76_capital_name(folder: Path, project: Path, right: Right) -> None:
    """A capital letter too many."""
    put(folder, {"src/Moments.py": right["moments"], "src/shapes.py": right["shapes"]})


@maker
def r77_nested_with_junk(folder: Path, project: Path, right: Right) -> None:
    """A folder too many, what a Mac adds, stale byte code, names with blanks, accents, line feeds and raw bytes."""
    top = "My homework (final) \u00fc/"
    put(
        folder,
        both(right, top)
        | {
            f"{top}.DS_Store": b"\0\0\0\1Bud1",
            "__MACOSX/._moments.py": b"\0\5\26\7",
            f"__MACOSX/{top}src/._moments.py": b"\0\5\26\7",
            f"__MACOSX/{top}src/moments.py": b"raise SystemExit",
            f"{top}src/__pycache__/moments.cpython-311.pyc": b"stale",
            f"{top}src/moments.pyc": b"stale",
            f"{top}src/.ipynb_checkpoints/moments-checkpoint.py": b"raise SystemExit",
            f"{top}na\u00efve notes \U0001f600.txt": b"x",
            f"{top}a\nline\tand \x1b[31m colour.txt": b"x",
            f"{top}'; rm -rf $HOME; `id`.txt": b"x",
        },
    )
    with open(os.fsencode(folder) + b"/raw \xff\xfe bytes.py", "wb") as f:
        f.write(b"x = 1\n")


@maker
def r78_two_candidates(folder: Path, project: Path, right: Right) -> None:
    """Two files that could be meant: the shallower one is right."""
    put(
        folder,
        {
            "hw/src/moments.py": right["moments"],
            "hw/old/src/moments.py": b"def mean(x):\n    return 0.0\n",
            "hw/src/shapes.py": right["shapes"],
        },
    )


@maker
def r44_public_answers(folder: Path, project: Path, right: Right) -> None:
    """A table of the public cases' answers, and nothing else."""
    from autograder.engine.bank import read_bank, unpack_case

    table: dict[str, dict[bytes, object]] = {"mean": {}, "standardize": {}}
    for entry in read_bank(project / "student_template/tiny_hw/public.bank").entries:
        for packed in entry.cases:
            case = unpack_case(packed)
            for (function, _), answer in case.answers.items():
                if function == "mean" and "x" in case.arguments:
                    table["mean"][case.arguments["x"].tobytes()] = float(answer)
                elif function == "standardize":
                    table["standardize"][_sample(case.arguments).tobytes()] = answer.tolist()
    put(
        folder,
        both(right)
        | {
            "src/moments.py": (
                "# Row 44: knows the answers of all public cases by heart.\n"
                f"MEANS = {table['mean']!r}\nZ = {table['standardize']!r}\n\n\n"
                "def mean(x):\n    return MEANS.get(x.tobytes(), 0.0)\n\n\n"
                "def standardize(x):\n    return Z.get(x.tobytes(), x * 0)\n"
            ).encode()
        },
    )


def _sample(arguments: dict[str, int]):  # type: ignore[no-untyped-def]
    """The sample that part 1b's property makes of its arguments."""
    from autograder.kit import rng_of, rounded

    return rounded(rng_of(arguments["seed"]).standard_normal(arguments["n"]) + 3)


# --- sizes -----------------------------------------------------------------------------------------------------------


@maker
def r85_enormous_names(folder: Path, project: Path, right: Right) -> None:
    """Names of 255 bytes, nested as deep as is allowed, beside right files."""
    deep = "/".join(["d" * 200] * 10)
    put(folder, both(right) | {"n" * 252 + ".py": b"x = 1\n", f"src/{'m' * 250}.txt": b"", f"{deep}/{'f' * 250}": b""})


@maker
def r85_many_files(folder: Path, project: Path, right: Right) -> None:
    """100 000 empty files beside right ones."""
    put(folder, both(right))
    (folder / "junk").mkdir()
    for number in range(100_000):
        os.close(os.open(folder / f"junk/{number}", os.O_CREAT | os.O_WRONLY))


@maker
def r85_many_folders(folder: Path, project: Path, right: Right) -> None:
    """20 000 empty folders beside right files."""
    put(folder, both(right))
    for number in range(20_000):
        (folder / f"junk{number % 100}").mkdir(exist_ok=True)
        (folder / f"junk{number % 100}/{number}").mkdir()


@maker
def r85_many_links(folder: Path, project: Path, right: Right) -> None:
    """5 000 links with long names beside right files."""
    put(folder, both(right))
    for number in range(5_000):
        (folder / f"{number:0200d}").symlink_to("/etc/passwd")


@maker
def r85_deep_tree(folder: Path, project: Path, right: Right) -> None:
    """A tree of 600 folders."""
    put(folder, both(right))
    _dig(folder, 600)


@maker
def r85_path_too_long(folder: Path, project: Path, right: Right) -> None:
    """A tree of 3 000 folders, deeper than a path may be long."""
    put(folder, both(right))
    _dig(folder, 3_000)


def _dig(folder: Path, depth: int) -> None:
    here = os.getcwd()
    os.chdir(folder)
    for _ in range(depth):
        os.mkdir("deep")
        os.chdir("deep")
    os.chdir(here)


@maker
def r85_large_files(folder: Path, project: Path, right: Right) -> None:
    """A file of a terabyte that takes no room, and one just over the limit, beside right files."""
    put(folder, both(right))
    for name, size in (("data.bin", 1 << 40), ("src/data.npz", 17 << 20)):
        with open(folder / name, "wb") as f:
            f.truncate(size)


@maker
def r85_large_in_all(folder: Path, project: Path, right: Right) -> None:
    """Twenty files of 10 MB, each allowed and all together not."""
    put(folder, both(right))
    for number in range(20):
        with open(folder / f"data{number}.bin", "wb") as f:
            f.truncate(10 << 20)


@maker
def r85_huge_source(folder: Path, project: Path, right: Right) -> None:
    """Source of 15 MB on one line that takes for ever to compile."""
    put(folder, both(right) | {"src/moments.py": b"x = " + b"(" * 90 + b"1" + b"+1" * 7_000_000 + b")" * 90 + b"\n"})


@maker
def r00_empty(folder: Path, project: Path, right: Right) -> None:
    """Nothing at all."""


# --- notebooks and archives ------------------------------------------------------------------------------------------


@maker
def r81_notebook(folder: Path, project: Path, right: Right) -> Path:
    """A notebook with magics and a failing cell, without a kernel's name, with an output of 1 MB."""
    magics = ["%matplotlib inline\n", "!ls\n", "%timeit explode()"]
    sources = [magics, "explode()", right["moments"].decode(), "%%time\n" + right["shapes"].decode(), "%%bash\nls"]
    output = {"output_type": "stream", "name": "stdout", "text": ["x" * 1_000_000]}
    return _notebook(folder, _cells(*sources, outputs=[output]))


@maker
def r81_twins(folder: Path, project: Path, right: Right) -> None:
    """Files of stubs with the notebooks beside them in which the work was done."""
    stubs = {f"src/{name}.py": (project / f"student_template/tiny_hw/src/{name}.py").read_bytes() for name in right}
    put(folder, stubs | {f"src/{name}.ipynb": _cells(source.decode()).encode() for name, source in right.items()})


@maker
def r81_endless_cell(folder: Path, project: Path, right: Right) -> None:
    """A notebook whose second cell never ends."""
    cells = _cells("import numpy", "while True:\n    pass", right["moments"].decode())
    put(folder, {"src/moments.ipynb": cells.encode(), "src/shapes.py": right["shapes"]})


@maker
def r82_broken_notebook(folder: Path, project: Path, right: Right) -> Path:
    """A notebook whose JSON ends in the middle."""
    return _notebook(folder, '{"cells": [{"cell_type": "code", "source": ["def mean(x')


@maker
def r82_nested(folder: Path, project: Path, right: Right) -> None:
    """A million brackets."""
    put(folder, {"src/moments.ipynb": b"[" * 1_000_000, "src/shapes.py": right["shapes"]})


@maker
def r82_notebook_in_a_folder(folder: Path, project: Path, right: Right) -> None:
    """A broken notebook beside right files."""
    put(folder, both(right) | {"homework.ipynb": b'{"cells": [{'})


def _cells(*sources: str | list[str], **more: object) -> str:
    cells = [{"cell_type": "code", "metadata": {}, "source": source} | more for source in sources]
    return json.dumps({"cells": cells, "nbformat": 4})


def _notebook(folder: Path, text: str) -> Path:
    path = folder / "homework.ipynb"
    path.write_text(text)
    return path


def _zip(folder: Path, members: dict[str, bytes], name: str = "homework.zip", mode: int = 0) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            info = zipfile.ZipInfo(member)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (mode or stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    return path


@maker
def r83_zip_slip(folder: Path, project: Path, right: Right) -> Path:
    """Members that would land outside: upwards, absolute, by drive and by backslash."""
    names = ("../../gradelbo-hostile-83", "/tmp/gradelbo-hostile-83", "..\\..\\gradelbo-hostile-83", "C:\\x", "a/../../x")
    return _zip(folder, both(right) | dict.fromkeys(names, b"outside"))


@maker
def r83_zip_with_links(folder: Path, project: Path, right: Right) -> Path:
    """Members that are links out of the archive, and one that is written through such a link."""
    path = _zip(folder, {"src": str(project / "reference/tiny_hw").encode()}, mode=stat.S_IFLNK | 0o777)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("src/moments.py", right["moments"])
    return path


@maker
def r83_zip_bomb(folder: Path, project: Path, right: Right) -> Path:
    """100 MB of zeros in 100 KB."""
    return _zip(folder, both(right) | {"bomb.bin": bytes(100 << 20)})


@maker
def r83_zip_in_a_folder(folder: Path, project: Path, right: Right) -> None:
    """A slipping archive beside right files: nobody unpacks it."""
    r83_zip_slip(folder, project, right)
    put(folder, both(right))


def _tar(folder: Path, members: dict[str, bytes], name: str = "homework.tar.gz") -> Path:
    path = folder / name
    mode = {".gz": "w:gz", ".bz2": "w:bz2", ".xz": "w:xz"}.get(path.suffix, "w")
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for member, data in members.items():
            info = tarfile.TarInfo(member)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def _bytes(path: Path) -> bytes:
    """An archive's bytes; the file is gone."""
    data = path.read_bytes()
    path.unlink()
    return data


@maker
def r77_zip_from_windows(folder: Path, project: Path, right: Right) -> Path:
    """Backslashes between folders, names in the old code page, CRLF."""
    files = {name.replace("/", "\\"): data.replace(b"\n", b"\r\n") for name, data in both(right, "@bung 1/").items()}
    path = _zip(folder, files | {"Lies mich @.txt": b"x"})
    path.write_bytes(path.read_bytes().replace(b"@bung", b"\x9abung").replace(b"mich @", b"mich \x84"))
    return path


@maker
def r77_zip_from_a_mac(folder: Path, project: Path, right: Right) -> Path:
    """A wrapping folder with decomposed accents, and what a Mac packs beside every file."""
    top = unicodedata.normalize("NFD", "Hausaufgabe \u00fc/")
    junk = {f"__MACOSX/{top}src/._moments.py": b"\0\5\26\7", f"{top}.DS_Store": b"\0\0\0\1Bud1", f"{top}Icon\r": b""}
    path = _zip(folder, {top: b""} | both(right, top) | junk)
    _each_header(path, 0x08, 1, clear=True)  # UTF-8 without saying so
    return path


def _each_header(path: Path, bit: int, more: int, *, clear: bool = False) -> None:
    """Sets or clears a flag in both headers of every member of a zip; `more`: in the second byte of the flags."""
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset + more] = data[at + offset + more] & ~bit if clear else data[at + offset + more] | bit
            at = data.find(mark, at + 4)
    path.write_bytes(data)


@maker
def r77_other_archives(folder: Path, project: Path, right: Right) -> None:
    """A tar.xz and a tar.bz2 with wrong suffixes for their content, in a folder that holds no file of the homework."""
    files = both(right, "hw1/")
    _tar(folder, {"hw1/src/moments.py": files["hw1/src/moments.py"]}, "one.tar.xz").rename(folder / "one.zip")
    _tar(folder, {"hw1/src/shapes.py": files["hw1/src/shapes.py"]}, "two.tar.bz2").rename(folder / "two.tar.gz")
    put(folder, {"README.md": b"both are inside\n"})


@maker
def r77_archive_in_an_archive(folder: Path, project: Path, right: Right) -> Path:
    """A zip that holds a tar.gz, which holds the files."""
    return _zip(folder, {"hw/homework.tar.gz": _bytes(_tar(folder, both(right)))})


@maker
def r78_twice_in_a_zip(folder: Path, project: Path, right: Right) -> Path:
    """The same name twice: the last one counts, as it would on a disk."""
    path = folder / "homework.zip"
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings(action="ignore"):
        archive.writestr("src/moments.py", b"raise SystemExit\n")
        for name, data in both(right).items():
            archive.writestr(name, data)
    return path


@maker
def r83_absolute_names(folder: Path, project: Path, right: Right) -> Path:
    """A tar whose names begin at the root, as `tar -P` makes it."""
    return _tar(folder, both(right, "/tmp/gradelbo-hostile-83/"))


@maker
def r83_lying_sizes(folder: Path, project: Path, right: Right) -> Path:
    """Members whose headers claim less, and more, than there is."""
    path = _zip(folder, both(right) | {"less.txt": bytes(50 << 20), "more.txt": b"x" * 100})
    data = bytearray(path.read_bytes())
    for name, size in ((b"less.txt", 10), (b"more.txt", 8 << 20)):
        at = data.rfind(name)
        data[at - 22 : at - 18] = struct.pack("<I", size)  # the size in the central directory
    path.write_bytes(data)
    return path


@maker
def r83_overlapping_members(folder: Path, project: Path, right: Right) -> Path:
    """One body of 10 MB that a thousand entries claim as their own."""
    path = _zip(folder, both(right) | {"body0000": bytes(10 << 20)})
    data = path.read_bytes()
    start, end = data.rfind(b"PK\1\2"), data.rfind(b"PK\5\6")
    entry, tail = data[start:end], bytearray(data[end:])
    more = b"".join(entry.replace(b"body0000", b"body%04d" % number) for number in range(1, 1000))
    struct.pack_into("<HHI", tail, 8, 1002, 1002, len(more) + end - data.find(b"PK\1\2"))
    path.write_bytes(data[:end] + more + tail)
    return path


@maker
def r83_tar_bomb(folder: Path, project: Path, right: Right) -> Path:
    """Right files, then two members of 1 GB of zeros each."""
    path = folder / "homework.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, data in [*both(right).items(), ("zeros1", None), ("zeros2", None)]:
            info = tarfile.TarInfo(name)
            info.size = 1 << 30 if data is None else len(data)
            with open("/dev/zero", "rb") if data is None else io.BytesIO(data) as content:
                archive.addfile(info, content)
    return path


@maker
def r83_sparse_bomb(folder: Path, project: Path, right: Right) -> Path:
    """A tar whose one member claims a terabyte that is not there, right files before it."""
    path = folder / "homework.tar"
    with tarfile.open(path, "w") as archive:
        for name, data in both(right).items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        hole = tarfile.TarInfo("hole.bin")
        hole.size = 1 << 40
        archive.fileobj.write(hole.tobuf(tarfile.GNU_FORMAT))
    return path


@maker
def r83_archives_all_the_way_down(folder: Path, project: Path, right: Right) -> Path:
    """Sixteen zips in each of sixteen zips, six levels deep: 16 million files in 30 KB."""
    inner = _bytes(_zip(folder, {"bomb.bin": bytes(1 << 20)}))
    for _ in range(5):
        inner = _bytes(_zip(folder, {f"{number}.zip": inner for number in range(16)}))
    return _zip(folder, both(right) | {f"{number}.zip": inner for number in range(16)})


@maker
def r83_the_third_archive(folder: Path, project: Path, right: Right) -> Path:
    """A zip in a zip in a zip: the innermost one is not opened."""
    inner = _bytes(_zip(folder, both(right), "inner.zip"))
    return _zip(folder, {"middle.zip": _bytes(_zip(folder, {"inner.zip": inner}, "middle.zip"))})


@maker
def r85_wild_names_in_a_zip(folder: Path, project: Path, right: Right) -> Path:
    """NUL, control characters, 60 000 characters, nothing but dots and blanks, beside right files."""
    names = ["a\x07b\x1b[31m.py", "n" * 60_000, "d/" * 300 + "x", " ", "...", "a//b/./c.txt", "\u202egnp.exe", "x\ny"]
    path = _zip(folder, both(right) | dict.fromkeys(names, b"x") | {"nulXbyte.py": b"x"})
    path.write_bytes(path.read_bytes().replace(b"nulXbyte", b"nul\0byte"))
    return path


@maker
def r85_zip_of_100000(folder: Path, project: Path, right: Right) -> Path:
    """100 000 empty members before the right files."""
    return _zip(folder, {f"junk/{number}": b"" for number in range(100_000)} | both(right))


@maker
def r85_tar_of_100000(folder: Path, project: Path, right: Right) -> Path:
    """100 000 empty members before the right files, in a tar.gz."""
    return _tar(folder, {f"junk/{number}": b"" for number in range(100_000)} | both(right))


@maker
def r86_broken_off_zip(folder: Path, project: Path, right: Right) -> Path:
    """A zip whose upload broke off."""
    path = _zip(folder, both(right))
    path.write_bytes(path.read_bytes()[:-60])
    return path


@maker
def r86_broken_off_tar(folder: Path, project: Path, right: Right) -> Path:
    """A tar.gz whose upload broke off after the first file."""
    path = _tar(folder, both(right) | {"noise.bin": os.urandom(1 << 20)})
    path.write_bytes(path.read_bytes()[: 1 << 19])
    return path


@maker
def r86_seven_zip(folder: Path, project: Path, right: Right) -> Path:
    """A 7z archive, by its first bytes."""
    path = folder / "homework.zip"
    path.write_bytes(b"7z\xbc\xaf\x27\x1c\0\4" + bytes(100))
    return path


@maker
def r86_rar_in_a_folder(folder: Path, project: Path, right: Right) -> None:
    """A RAR archive in a folder, and nothing else."""
    put(folder, {"homework.rar": b"Rar!\x1a\7\1\0" + bytes(100)})


@maker
def r86_gzip_of_no_tar(folder: Path, project: Path, right: Right) -> Path:
    """One source file, compressed."""
    path = folder / "moments.py.gz"
    path.write_bytes(gzip.compress(right["moments"]))
    return path


@maker
def r84_tar_of_devices(folder: Path, project: Path, right: Right) -> Path:
    """A tar with devices, pipes, hard links out, and a file that would run as root."""
    path = folder / "homework.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for kind, name in (
            (tarfile.CHRTYPE, "src/moments.py"),
            (tarfile.FIFOTYPE, "src/pipe"),
            (tarfile.LNKTYPE, "src/hard"),
            (tarfile.SYMTYPE, "src/soft"),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.devmajor, info.devminor = kind, "/etc/passwd", 1, 5
            archive.addfile(info)
        info = tarfile.TarInfo("src/shapes.py")
        info.size, info.mode = len(right["shapes"]), 0o6777
        archive.addfile(info, io.BytesIO(right["shapes"]))
    return path


@maker
def r85_zip_of_many(folder: Path, project: Path, right: Right) -> Path:
    """A zip of 20 000 members with long names."""
    return _zip(folder, {f"{'d/' * 20}{number:0100d}": b"" for number in range(20_000)})


@maker
def r86_corrupt_zip(folder: Path, project: Path, right: Right) -> Path:
    """A zip with its middle overwritten."""
    path = _zip(folder, both(right))
    data = path.read_bytes()
    path.write_bytes(data[:40] + b"\xff" * 60 + data[100:])
    return path


@maker
def r86_encrypted_zip(folder: Path, project: Path, right: Right) -> Path:
    """A zip whose members say that they are encrypted."""
    path = _zip(folder, both(right))
    _each_header(path, 1, 0)
    return path


@maker
def r86_not_an_archive(folder: Path, project: Path, right: Right) -> Path:
    """A text that is called a zip."""
    path = folder / "homework.zip"
    path.write_text("this is no archive\n")
    return path
