"""How numpy and torch are told, before they come, to calculate on one thread; it imports nothing.

Threads that wait for each other spin: they took two seconds in five of an audit.
"""

__all__ = ["ONE_THREAD"]

ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}  # to the environment
