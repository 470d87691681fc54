# Row 49: sleeps for ever at import.
import time

time.sleep(3600)


def mean(x):
    return 0.0
