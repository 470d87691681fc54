"""bench/measure.py: the computing of a process, of one that it started and that lives, and of what that one started."""

import subprocess
import sys

from bench.measure import cpu_s

BURN = "import time\nwhile time.process_time() < {seconds}: pass\n"
# As a zygote: it lives on, while the worker that it started has computed and ended.
ZYGOTE = """
import subprocess, sys
subprocess.run([sys.executable, "-c", sys.argv[1]], check=True)
print("ended", flush=True)
sys.stdin.read()
"""


def test_what_a_worker_computed_counts_once():
    """A worker that computed for a second and ended adds about that second, though its zygote lives on."""
    before = cpu_s()
    with subprocess.Popen(
        [sys.executable, "-c", ZYGOTE, BURN.format(seconds=1.0)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as zygote:
        zygote.stdout.readline()
        used = cpu_s() - before

    assert 1.0 <= used < 1.7


def test_what_a_zygote_computes_itself_counts_once():
    """Its own second is not counted with that of its workers, nor twice."""
    own = BURN.format(seconds=1.0) + "print('ended', flush=True)\nimport sys\nsys.stdin.read()"
    before = cpu_s()
    with subprocess.Popen([sys.executable, "-c", own], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as zygote:
        zygote.stdout.readline()
        used = cpu_s() - before

    assert 1.0 <= used < 1.7
