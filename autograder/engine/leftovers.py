"""Sentences for what an intake left out or had to change: bounded, each reason with its first few names."""

from autograder.members import COUNT_LIMIT, DEPTH_LIMIT, FILE_LIMIT, NAME_LIMIT, TOTAL_LIMIT, Leftovers, shortened

__all__ = ["printable", "sentences", "told_of"]

ONLY = "hand in only the homework's own files"
OUT = "was left out:"
REASONS = {
    "link": f"{OUT} it is a link or a special file, not a file of its own",
    "name": f"{OUT} rename it, with letters, digits and fewer than {NAME_LIMIT} characters",
    "outside": f"{OUT} its name leads out of the folder that is handed in",
    "deep": f"{OUT} it lies deeper than {DEPTH_LIMIT} folders; {ONLY}",
    "large": f"{OUT} it is larger than {FILE_LIMIT >> 20} MiB",
    "many": f"{OUT} at most {COUNT_LIMIT} files are read, your sources first; {ONLY}",
    "total": f"{OUT} at most {TOTAL_LIMIT >> 20} MiB in all are read, your sources first; {ONLY}",
    "both": f"{OUT} there is a folder of the same name",
    "unread": f"{OUT} it cannot be read",
    "encrypted": f"{OUT} it is protected with a password; make the archive without one",
    "damaged": f"{OUT} it is damaged; make the archive again",
    "method": f"{OUT} it is compressed in a way that is not read here; make the zip with your system's own command",
    "nested": f"{OUT} it is an archive inside another archive, which is not opened; put its files in directly",
    "rooted": "begins at the root of a disk; it was read as if it lay where the others do",
    "twice": "is there more than once; the last one counts",
    "cut": "ends in the middle; what would follow was not read: hand it in again",
    "stream": f"unpacks to more than is read; what comes after that was left out: {ONLY}",
}
FEW = ("many", "total")  # one name is enough


def told_of(reason: object) -> bool:
    """Whether there is a sentence for this reason."""
    return type(reason) is str and reason in REASONS


def sentences(left: Leftovers, whole: str = "what was handed in", below: str = "") -> list[str]:
    """A sentence for each of the first few names of a reason, and one for how many more.

    `whole` is said where it is not about one file; `below` stands before the names of what lay in an archive.
    """
    said = []
    for reason in REASONS:
        count, names = left.found.get(reason, (0, []))
        shown = [printable(below + name) for name in (names[:1] if reason in FEW else names)] or [
            printable(whole)
        ] * bool(count)
        said += [f"{name} {REASONS[reason]}" for name in shown]
        if count > len(shown):
            more = count - len(shown)
            said.append(f"the same holds for {more} more file{'s' if more > 1 else ''}")
    return said


def printable(name: str) -> str:
    """The name, shortened, in quotes and with escapes where it could not be read otherwise."""
    name = shortened(name)
    return name if name.isprintable() and name.strip() == name else repr(name)
