"""Whatever bytes are handed in: always a submission or one clear sentence, nothing outside, nothing past the caps.

`python -m tests.harness.test_intake_fuzz [EXAMPLES]` tries others each time (default 5000); `make fuzz` runs it.
"""

import bz2
import gzip
import io
import lzma
import stat
import sys
import tarfile
import tempfile
import warnings
import zipfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder import members
from autograder.engine import archive
from autograder.engine.grader import reachable_python
from autograder.engine.sandbox import Zygote
from autograder.engine.submission import Submission, intake
from autograder.errors import SubmissionUnusable
from autograder.worker.unpack import unpack

QUICK = settings(
    max_examples=1200,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
JAILED = settings(QUICK, max_examples=120)
OUTSIDE = Path(tempfile.gettempdir()) / "gradelbo-fuzz-outside"
WANTED = ("src/gmm.py",)
NOTES = (members.SHOWN + 1) * 20  # every reason there is, for the hand-in and for what lies in it

PIECES = ["src/", "gmm.py", "..", "../", "/", "\\", "C:", ".", "é", "u\u0308", "\x1b", " ", "a" * 210, "d/" * 15]
PIECES += ["__MACOSX/", "hw.zip", "x.tar.gz", ".ipynb", " (1)", "\udcff", "pyvenv.cfg", "README.md"]
pieces = st.sampled_from([*PIECES, f"..{OUTSIDE}", str(OUTSIDE)])
names = st.lists(pieces | st.text(max_size=3), min_size=1, max_size=4).map("".join)
contents = st.binary(max_size=40) | st.builds(lambda n: bytes(n), st.sampled_from([1, 5000, 3 << 20]))
modes = st.sampled_from([0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO]).map(
    lambda m: m | 0o6777
)
KINDS = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE)
KINDS += (tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE, tarfile.GNUTYPE_LONGNAME)
KINDS += (tarfile.XHDTYPE, tarfile.XGLTYPE, b"Z")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def zipped(entries) -> bytes:
    """A zip of (name, content, mode, method) members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as f, warnings.catch_warnings(action="ignore"):
        for name, content, mode, method in entries:
            info = zipfile.ZipInfo(name.encode("utf-8", "replace").decode())
            info.compress_type, info.external_attr = method, mode << 16
            f.writestr(info, content)
    return data.getvalue()


def tarred(entries, format_, compress) -> bytes:
    """A tar of (name, content, type, claimed size) members, compressed somehow."""
    data = io.BytesIO()
    for name, content, kind, claim in entries:
        info = tarfile.TarInfo(name)
        info.type, info.size, info.linkname, info.mode = kind, len(content) + claim, str(OUTSIDE), 0o6777
        try:
            data.write(info.tobuf(format_, errors="surrogateescape"))
        except (ValueError, UnicodeError):  # a format that cannot say such a thing
            continue
        data.write(content + bytes(-len(content) % 512))
    data.write(bytes(1024))
    return compress(data.getvalue())


zips = st.lists(st.tuples(names, contents, modes, st.sampled_from(METHODS)), max_size=6).map(zipped)
claims = st.sampled_from([0, 0, 0, 0, 1, 600, 1 << 30, 1 << 45])
tars = st.builds(
    tarred,
    st.lists(st.tuples(names, contents, st.sampled_from(KINDS), claims), max_size=6),
    st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
    st.sampled_from(
        [bytes, lambda d: gzip.compress(d, 1), lambda d: bz2.compress(d, 1), lambda d: lzma.compress(d, preset=0)]
    ),
)
plain = zips | tars


@st.composite
def nested(draw):
    """An archive with one or two archives among its members."""
    entries = [
        (draw(names) + ".zip", draw(plain), stat.S_IFREG, zipfile.ZIP_DEFLATED) for _ in range(draw(st.integers(1, 2)))
    ]
    return zipped(
        entries + draw(st.lists(st.tuples(names, contents, modes, st.just(zipfile.ZIP_DEFLATED)), max_size=2))
    )


@st.composite
def mutated(draw):
    """An archive with bytes changed, cut off, doubled or put before."""
    data = bytearray(draw(plain | nested()))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(["set", "cut", "double", "insert", "flip"])):
            case "set":
                data[at : at + 4] = draw(
                    st.sampled_from([b"\xff" * 4, bytes(4), b"PK\1\2", b"PK\3\4", b"\xff\xff\xff\x7f"])
                )
            case "cut":
                del data[at:]
            case "double":
                data[at:at] = data[at : at + 600]
            case "insert":
                data[at:at] = draw(st.binary(max_size=8))
            case "flip" if data:
                data[at] ^= 1 << draw(st.integers(0, 7))
    return bytes(data)


heads = st.sampled_from([b"", *(magic for at, magic, _ in members.MAGIC if at == 0)])
handed_in = mutated() | nested() | plain | st.builds(lambda head, rest: head + rest, heads, st.binary(max_size=300))
files = st.sampled_from(["hw.zip", "hw.tar.gz", "hw.tar", "hw", "gmm.py", "hw.ipynb"])


def judge(folder: Path, name: str, data: bytes, in_folder: bool, opener) -> None:
    """Takes the bytes in as a file, or as a file in a folder, and looks at all that comes out."""
    path = folder / name
    path.write_bytes(data)
    before = sorted(folder.rglob("*"))
    try:
        found = intake(folder if in_folder else path, opener, WANTED)
    except SubmissionUnusable as error:
        sentences = [str(error)]
    else:
        assert type(found) is Submission
        sentences = list(found.notes)
        choice = members.choose([(path, len(content)) for path, content in found.files.items()])
        assert list(choice.kept) == sorted(found.files)
        assert choice.left.found == {}
        assert not any({"", ".", ".."} & set(path.split("/")) or "\0" in path for path in found.files)
        assert len(found.files) <= 2000
        assert sum(map(len, found.files.values())) <= 64 << 20
    assert len(sentences) <= NOTES
    assert all(sentence.isprintable() and 10 < len(sentence) < 700 for sentence in sentences)
    assert sorted(folder.rglob("*")) == before
    assert not OUTSIDE.exists()
    path.unlink()


def unjailed(name: str, data: bytes) -> archive.Opened:
    """As `archive.open_packed` does, without a worker: quicker, and an exception in the parser comes to light."""

    class Here:
        def fork(self, budget):
            return self

        def unpack(self, data):
            return unpack(data)

        def close(self):
            pass

    return archive.open_packed(Here(), name, data)


@QUICK
@given(data=handed_in, name=files, in_folder=st.booleans())
def test_any_archive_is_a_submission_or_a_sentence(tmp_path, data, name, in_folder):
    """The parsers and the check behind them, without the jail between: no exception but the one with a sentence."""
    judge(tmp_path, name, data, in_folder, unjailed)


@JAILED
@given(data=handed_in, name=files, in_folder=st.booleans())
def test_any_archive_is_a_submission_or_a_sentence_from_a_worker(zygote, tmp_path, data, name, in_folder):
    """The same through the wire and the walls, where memory and time have limits."""
    judge(tmp_path, name, data, in_folder, lambda *packed: archive.open_packed(zygote, *packed))


def main(examples: int) -> None:
    """Tries this many examples without the jail, and a twentieth of them with it; new ones each time."""
    with Zygote(("numpy",), python=reachable_python()) as zygote, tempfile.TemporaryDirectory() as folder:
        jailed = lambda *packed: archive.open_packed(zygote, *packed)  # noqa: E731
        for count, opener in ((examples, unjailed), (max(1, examples // 20), jailed)):
            attempt(Path(folder), opener, count)
            print(f"{count} hand-ins: each a submission or a sentence")


def attempt(folder: Path, opener, count: int) -> None:
    """Tries this many new examples with one opener."""

    @settings(QUICK, max_examples=count, derandomize=False)
    @given(data=handed_in, name=files, in_folder=st.booleans())
    def tried(data, name, in_folder):
        judge(folder, name, data, in_folder, opener)

    tried()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
