# Row 47: never returns, without using the processor, in one function by sleeping, in the other by stopping itself.
import os
import signal
import threading


def mean(x):
    threading.Event().wait()


def standardize(x):
    os.kill(os.getpid(), signal.SIGSTOP)
