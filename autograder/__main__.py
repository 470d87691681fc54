"""`python -m autograder`, in a shell or as `%run -m autograder` in a notebook."""

import builtins
from contextlib import suppress

try:
    from autograder.cli import main
except ModuleNotFoundError as error:  # started with a Python that does not have what requirements.txt names
    raise SystemExit(
        f"{error.name} is not installed for this Python: activate your environment (. .venv/bin/activate), or install "
        "with pip install -r requirements.txt"
    ) from None

if hasattr(builtins, "get_ipython"):
    with suppress(SystemExit):  # in a notebook's cell an exit code is only a traceback
        main(prog_name="%run -m autograder")
else:
    main(prog_name="python -m autograder")
