# Row 15: answers the request to load by itself, claims functions it does not have, then never returns.
import time

from autograder import wire

import numpy as np


def answer():
    import gc
    import socket

    for thing in gc.get_objects():
        if isinstance(thing, socket.socket):
            thing.sendall(wire.pack({"missing": [], "names": ["a" * 80] * 200}))
            thing.sendall(wire.pack({"value": 0.0}) * 50)
            return
    import os

    os.write(3, wire.pack({"missing": [], "names": []}) + wire.pack({"value": 0.0}) * 50)


answer()
