"""What the worker keeps between two requests: objects under numbers, what was printed, requests that wait."""

import io
import queue
import sys
import threading
import types
from collections.abc import Callable
from typing import Any

SAID_LIMIT = 1 << 20


class Page(io.BytesIO):
    """What is printed, its first SAID_LIMIT bytes."""

    def write(self, data: Any) -> int:
        """Keeps what there is room for; says that all was written."""
        size = len(data)
        super().write(data[: max(0, SAID_LIMIT - self.tell())])
        return size


class Said:
    """Standard output and error of the student's code between two replies."""

    def __init__(self) -> None:
        self.pages = {"stdout": Page(), "stderr": Page()}
        for name, page in self.pages.items():
            setattr(sys, name, io.TextIOWrapper(page, "utf-8", "backslashreplace", newline="", write_through=True))

    def take(self) -> list[str]:
        """What was printed since the last time: standard output, standard error."""
        taken = []
        for page in self.pages.values():
            if page.closed:
                taken.append("")
                continue
            taken.append(page.getvalue().decode("utf-8", "backslashreplace"))
            page.seek(0)
            page.truncate()
        return taken


class Lane(threading.Thread):
    """One request that may ask the test back: it runs here, and waits here while the test answers."""

    def __init__(self, job: Callable[[], dict[str, Any]]) -> None:
        super().__init__(daemon=True)
        self.job = job
        self.events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.asked: queue.SimpleQueue[Any] | None = None

    def run(self) -> None:
        """Does the job; its reply is the last event."""
        self.events.put((self.job(), None))


class Desk:
    """All that the worker remembers between two requests."""

    def __init__(self) -> None:
        self.objects: dict[int, Any] = {}
        self.numbers: dict[int, int] = {}
        self.next = 1
        self.classes: dict[str, type] = {}
        self.keys: dict[type, str] = {}
        self.told: set[str] = set()
        self.modules: dict[str, types.ModuleType] = {}
        self.lanes: list[Lane] = []
        self.root = ""
        self.state: list[Any] | None = None
        self.said = Said()

    def number(self, value: Any) -> int:
        """The number under which an object is kept."""
        if id(value) not in self.numbers:
            self.objects[self.next] = value
            self.numbers[id(value)] = self.next
            self.next += 1
        return self.numbers[id(value)]

    def drop(self, number: int) -> None:
        """Forgets an object: nobody on the other side knows it any more."""
        value = self.objects.pop(number, None)
        self.numbers.pop(id(value), None)

    def key(self, kind: type) -> str:
        """The name under which a class is known on both sides."""
        if kind not in self.keys:
            key = f"{kind.__module__}:{kind.__qualname__}"
            while key in self.classes:
                key += "'"
            self.keys[kind], self.classes[key] = key, kind
        return self.keys[kind]


DESK = Desk()
