"""One worker's socket and output pipe, read together under a limit of CPU time with wall time as a back-stop.

Wall time ends what sleeps. What waits for a processor because the machine is busy does not count: the same program must
come to the same verdict on any machine.
"""

import contextlib
import math
import os
import select
import socket
import time
from collections.abc import Callable
from typing import NamedTuple

from autograder.engine.waiting import stalled_s

__all__ = ["Allowance", "Output", "Stream"]

PATIENCE = 4.0  # wall seconds allowed for each CPU second: a loaded machine must not cost points
STEP_S = 0.05
WATCH_S = 1.0
CHUNK = 1 << 20
READ = 1 << 16  # what one read takes in at least: most answers are in the first
DRAINS = 64  # reads in a row: whoever prints without end must not keep the clock from being looked at


class Output:
    """What a worker printed: the first and the last `cap` bytes, and how much there was."""

    def __init__(self, cap: int = 4096) -> None:
        self.cap = cap
        self.total = 0
        self._head = b""
        self._tail = b""

    def add(self, data: bytes) -> None:
        """Takes in more output."""
        self.total += len(data)
        room = self.cap - len(self._head)
        self._head += data[: max(0, room)]
        self._tail = (self._tail + data[max(0, room) :])[-self.cap :]

    def text(self) -> str:
        """The output as text, with a note where it was cut."""
        cut = self.total - len(self._head) - len(self._tail)
        middle = f"\n… {cut} bytes cut …\n".encode() if cut > 0 else b""
        return (self._head + middle + self._tail).decode("utf-8", "backslashreplace")


class Allowance(NamedTuple):
    """What one answer may take: since `started` on the clock and `used_s` of CPU, so many seconds of either.

    `wall_s` leaves out the time without a processor; `end_s` does not, and is when somebody else's time is up.
    """

    started: float
    used_s: float
    cpu_s: float
    wall_s: float
    end_s: float


class Stream:
    """The trusted end of one worker's connection; `watch` is called now and then while an answer is awaited."""

    def __init__(self, reply: socket.socket, output: int, watch: Callable[[], None] = lambda: None) -> None:
        self.pid = 0  # known once the worker is forked
        self.output = Output()
        self._watch = watch
        self._watched = 0.0
        self._reply = reply
        self._pipe: int | None = output
        self._held = bytearray()  # read from the worker, not yet asked for
        self._stalled: float | None = None  # how long the worker had been without a processor when first looked at
        self._overslept = 0.0  # how long this process stood still while it waited for the answer
        self._poll = select.poll()
        self._poll.register(reply, select.POLLIN)
        self._poll.register(output, select.POLLIN)
        reply.setblocking(False)
        os.set_blocking(output, False)

    def cpu_s(self) -> float:
        """CPU seconds that the worker has used; 0 where the system does not say."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)  # clock_getcpuclockid(3) of that process
        except OSError:
            return 0.0

    def stalled_s(self) -> float:
        """Seconds that the worker was ready to run and had no processor; 0 where the system does not say."""
        return stalled_s(self.pid)

    def send(self, data: bytes, limit_s: float) -> None:
        """Sends everything; raises TimeoutError when the worker does not take it, ConnectionError when it is gone."""
        view = memoryview(data)
        started, most = time.monotonic(), limit_s * PATIENCE + 1
        before: float | None = None
        while True:
            with contextlib.suppress(BlockingIOError):
                view = view[self._reply.send(view[:CHUNK]) :]
            if not view:
                return
            if before is None:
                before = self.stalled_s()
            self._wait(write=True)
            passed = time.monotonic() - started
            if passed > most and passed - (self.stalled_s() - before) > most:
                raise TimeoutError

    def allowance(self, limit_s: float, wall_s: float | None = None, patience_s: float | None = None) -> "Allowance":
        """What the next answer may take: `limit_s` CPU seconds, and on the wall `patience_s`, never past `wall_s`.

        Without `patience_s` it is PATIENCE times the CPU seconds.
        """
        self._stalled = None
        self._overslept = 0.0
        most = limit_s * PATIENCE + 1 if patience_s is None else patience_s
        return Allowance(time.monotonic(), self.cpu_s(), limit_s, most, math.inf if wall_s is None else wall_s)

    def receive(self, n: int, allowed: "Allowance") -> bytes:
        """Exactly n bytes; raises TimeoutError past the allowance of the whole answer, EOFError at the end."""
        held = self._held
        while len(held) < n:
            self._wait(write=False)
            try:
                chunk = self._reply.recv(min(max(n - len(held), READ), CHUNK))
                if not chunk:
                    self.drain()
                    raise EOFError
                held += chunk
            except BlockingIOError:
                pass
            if len(held) < n and time.monotonic() - allowed.started > STEP_S:  # what is there has come in time
                self._check(allowed)
        taken = bytes(memoryview(held)[:n])
        del held[:n]
        return taken

    def drain(self) -> None:
        """Takes what the worker has printed, so that printing never blocks it; of a flood, as much as is fair."""
        for _ in range(DRAINS):
            if self._pipe is None:
                return
            try:
                data = os.read(self._pipe, CHUNK)
            except BlockingIOError:
                return
            if not data:
                self._poll.unregister(self._pipe)
                os.close(self._pipe)
                self._pipe = None
                return
            self.output.add(data)

    def close(self) -> None:
        """Closes both ends that are ours."""
        self._reply.close()
        if self._pipe is not None:
            self.drain()
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None

    def look(self) -> None:
        """Calls the watch, at most once a second: what it raises ends the wait."""
        if time.monotonic() - self._watched > WATCH_S:
            self._watched = time.monotonic()
            self._watch()

    def _check(self, allowed: "Allowance") -> None:
        self.look()
        if self._stalled is None:
            self._stalled = self.stalled_s()
        wall = time.monotonic() - allowed.started - self._overslept
        if wall > allowed.end_s or (wall > allowed.cpu_s and self.cpu_s() - allowed.used_s > allowed.cpu_s):
            raise TimeoutError
        if wall > allowed.wall_s and wall - (self.stalled_s() - self._stalled) > allowed.wall_s:
            raise TimeoutError

    def _wait(self, *, write: bool) -> None:
        """Waits until the worker can be read from, or written to, or a step is over; takes in what it prints."""
        if write:
            self._poll.modify(self._reply, select.POLLOUT)
        began = time.monotonic()
        events = self._poll.poll(STEP_S * 1000)
        self._overslept += max(0.0, time.monotonic() - began - 2 * STEP_S)
        if write:
            self._poll.modify(self._reply, select.POLLIN)
        if any(descriptor == self._pipe for descriptor, _ in events):
            self.drain()
