"""Reads submission_metadata.yml of Gradescope's bulk export record by record; what nobody asks for is never kept.

The file embeds every result that a submission ever had, so most of it is skipped as it is parsed. Scalars come out as
their text: a sid 0123 stays what it is, where YAML would make it the number 83.
"""

from collections.abc import Iterator
from typing import IO, Any

import yaml

from autograder.errors import UsageError

__all__ = ["COUNT", "TEXT", "records"]

DEPTH = 60
TEXT, COUNT = "text", "count"  # what is wanted of a value besides {key: wanted} and [wanted]
NULLS = ("", "~", "null", "Null", "NULL")


def records(stream: IO[bytes], wanted: dict[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    """Each (key, value) of the mapping that a YAML file is, keys without the colon of Ruby's symbols.

    `wanted` says what is kept of a value: TEXT, COUNT (how many items), {key: wanted}, or [wanted] for each item. A
    value of another form is None. Raises UsageError where the file is no such mapping; `name` is for its sentence.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from _Reader(yaml.parse(stream, Loader=loader)).top(wanted)
    except (yaml.YAMLError, UnicodeDecodeError, StopIteration, RecursionError) as error:
        raise UsageError(f"{name} cannot be read as YAML: {' '.join(str(error).split())[:300]}") from None


class _Reader:
    """Builds values from the parser's events; aliases stand for what was kept of their anchor."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.anchors: dict[str, Any] = {}

    def top(self, wanted: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """The records of the first document; an empty one has none."""
        for event in self.events:
            if isinstance(event, yaml.MappingStartEvent):
                break
            if isinstance(event, yaml.ScalarEvent) and _text(event) is None:
                return
            if isinstance(event, yaml.ScalarEvent | yaml.SequenceStartEvent):
                raise yaml.YAMLError("there is no mapping from submissions to records")
        else:
            return
        while not isinstance(event := next(self.events, None), yaml.MappingEndEvent):
            key = self.value(event, TEXT, 1)
            yield str(key).removeprefix(":"), self.value(next(self.events, None), wanted, 1)

    def value(self, event: Any, wanted: Any, depth: int) -> Any:
        """What is wanted of the value that begins with this event, whose other events are taken too."""
        if depth > DEPTH:
            raise yaml.YAMLError(f"values lie more than {DEPTH} deep in one another")
        if event is None:
            raise yaml.YAMLError("it ends in the middle")
        if isinstance(event, yaml.AliasEvent):
            return self.anchors.get(event.anchor)
        found: Any = None
        if isinstance(event, yaml.ScalarEvent):
            text = _text(event)
            found = text if wanted == TEXT else None
            kept = text
        elif isinstance(event, yaml.SequenceStartEvent):
            kept = found = self.items(wanted, depth)
        else:
            kept = found = self.mapping(wanted, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = kept
        return found

    def items(self, wanted: Any, depth: int) -> Any:
        """A sequence, or the number of its items."""
        of_each = wanted[0] if isinstance(wanted, list) else None
        found, count = [], 0
        while not isinstance(event := next(self.events, None), yaml.SequenceEndEvent):
            value = self.value(event, of_each, depth + 1)
            count += 1
            if of_each is not None:
                found.append(value)
        return count if wanted == COUNT else found if of_each is not None else None

    def mapping(self, wanted: Any, depth: int) -> Any:
        """A mapping with the keys that are wanted."""
        keys = wanted if isinstance(wanted, dict) else {}
        found = {}
        while not isinstance(event := next(self.events, None), yaml.MappingEndEvent):
            key = self.value(event, TEXT, depth + 1)
            key = key.removeprefix(":") if isinstance(key, str) else None
            value = self.value(next(self.events, None), keys.get(key), depth + 1)
            if key in keys:
                found[key] = value
        return found if isinstance(wanted, dict) else None


def _text(event: Any) -> str | None:
    """A scalar's text; None for YAML's null."""
    return None if event.style in (None, "") and event.value in NULLS else str(event.value)
