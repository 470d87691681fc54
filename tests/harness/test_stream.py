"""The trusted end of a worker's connection: answers arrive whole however they are cut, and printing blocks nobody."""

import os
import socket
import time
from types import SimpleNamespace

import pytest

from autograder.engine import stream as stream_module
from autograder.engine.stream import CHUNK, READ, Stream


@pytest.fixture
def ends():
    """A stream, and the worker's ends of it: its socket and the descriptor it prints to."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    output, pipe = os.pipe()
    stream = Stream(ours, output)
    stream.pid = os.getpid()
    yield stream, theirs, pipe
    stream.close()
    theirs.close()
    os.close(pipe)


def test_what_is_read_too_early_is_there_for_the_next_answer(ends):
    """Two answers that arrive together are two answers."""
    stream, theirs, _ = ends
    theirs.sendall(b"firstsecond")

    assert stream.receive(5, stream.allowance(1.0)) == b"first"
    assert stream.receive(6, stream.allowance(1.0)) == b"second"


@pytest.mark.parametrize("size", [0, 1, READ - 1, READ, READ + 1])
def test_an_answer_of_any_size_comes_whole(ends, size):
    """Exactly as many bytes as were asked for, and what follows stays."""
    stream, theirs, _ = ends
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    theirs.sendall(data + b"more")

    assert stream.receive(size, stream.allowance(1.0)) == data
    assert stream.receive(4, stream.allowance(1.0)) == b"more"


def test_a_worker_that_goes_in_the_middle_of_an_answer_is_noticed(ends):
    """Half an answer is the end of the connection, and the half is not taken for the whole."""
    stream, theirs, _ = ends
    theirs.sendall(b"half")
    theirs.shutdown(socket.SHUT_WR)

    with pytest.raises(EOFError):
        stream.receive(8, stream.allowance(1.0))


def test_an_answer_that_is_there_has_come_in_time(ends):
    """However late this process looks, what the worker sent is taken before any clock is."""
    stream, theirs, _ = ends
    allowed = stream.allowance(0.0, patience_s=0.0)._replace(started=time.monotonic() - 100)
    theirs.sendall(b"x")

    assert stream.receive(1, allowed) == b"x"


def test_the_time_that_this_process_stood_still_is_not_the_workers(ends, monkeypatch):
    """A grader that was stopped for a hundred seconds goes on waiting for what was asked."""
    stream, theirs, _ = ends
    passed = iter((100.0, 0.0))
    now = time.monotonic()

    class Stopped:
        def poll(self, _):
            nonlocal now
            if (seconds := next(passed)) == 0:
                theirs.sendall(b"x")
            now += seconds
            return []

    monkeypatch.setattr(stream_module, "time", SimpleNamespace(monotonic=lambda: now, clock_gettime=lambda _: 0.0))
    monkeypatch.setattr(stream, "_poll", Stopped())

    assert stream.receive(1, stream.allowance(1.0)) == b"x"


def test_dribbling_does_not_keep_the_clock_from_being_looked_at(ends, monkeypatch):
    """A byte now and then is no answer: the time of the whole answer counts."""
    stream, theirs, _ = ends
    monkeypatch.setattr(stream, "_wait", lambda *, write: theirs.sendall(b"."))

    with pytest.raises(TimeoutError):
        stream.receive(CHUNK, stream.allowance(0.0, patience_s=0.1))


def test_what_is_printed_while_an_answer_is_awaited_is_taken_in(ends):
    """Output beside an answer is kept, and a closed pipe is no end of the connection."""
    stream, theirs, pipe = ends
    os.write(pipe, b"printed")
    theirs.sendall(b"x")
    stream.receive(1, stream.allowance(1.0))

    assert stream.output.text() == "printed"


def test_a_worker_that_closed_its_output_still_answers():
    """What is printed to is no longer there, the connection is."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    output, pipe = os.pipe()
    stream = Stream(ours, output)
    stream.pid = os.getpid()
    os.close(pipe)
    for answer in (b"a", b"b"):
        theirs.sendall(answer)

        assert stream.receive(1, stream.allowance(1.0)) == answer
    stream.close()
    theirs.close()
