"""One table of a manifest while it is read: typed look-ups that note faults instead of raising."""

from dataclasses import dataclass, field
from typing import Any

from autograder.manifest.place import Place

__all__ = ["Table"]


@dataclass
class Table:
    """One table of the file being read: knows its place for messages and which keys it may have.

    `unclear` are the keys whose values were no use: whatever follows from them is not another fault.
    """

    where: Place
    values: dict[str, Any]
    faults: list[str]
    known: set[str] = field(default_factory=set)
    unclear: set[str] = field(default_factory=set)

    def fault(self, text: str) -> None:
        """Notes a fault of this table."""
        self.faults.append(f"{self.where.of(text)}: {text}")

    def inner(self, key: str, values: Any = None) -> "Table":
        """The table inside this one under a key, or of these values, whose faults are noted with this one's."""
        held = self.take(key, dict, {}) if values is None else values
        return Table(self.where.within(key), held if isinstance(held, dict) else {}, self.faults)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any) -> Any:
        """The key's value when it has the right type, else the default; a missing key without default is a fault."""
        self.known.add(key)
        value = self.values.get(key, default)
        if value is None:
            self.unclear.add(key)
            self.fault(f"`{key}` is missing")
            return kind() if isinstance(kind, type) else kind[0]()
        if not isinstance(value, kind) or isinstance(value, bool):
            self.unclear.add(key)
            self.fault(f"`{key}` is {value!r}, which is of the wrong type")
            return default if default is not None else (kind() if isinstance(kind, type) else kind[0]())
        return value

    def flag(self, key: str) -> bool:
        """A true or false, false when absent."""
        self.known.add(key)
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"`{key}` is {value!r}, which is neither true nor false")
        return value is True

    def names(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        """A list of strings, or one string standing for a list of one."""
        value = self.take(key, (list, str), [] if default is None else default)
        items = [value] if isinstance(value, str) else value
        if not all(isinstance(item, str) for item in items) or len(set(map(str, items))) != len(items):
            self.unclear.add(key)
            self.fault(f"`{key}` must be a list of different names")
            return ()
        return tuple(items)

    def close(self) -> None:
        """Notes every key that nobody asked for."""
        for key in sorted(set(self.values) - self.known):
            self.fault(f"`{key}` is not a key of this table; known are {', '.join(sorted(self.known))}")
