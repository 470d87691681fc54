"""The side of the conversation that runs in the worker, as text: `link.py` ships it there."""
