"""`python -m autograder`, in a shell or as `%run -m autograder` in a notebook."""

import builtins
from contextlib import suppress

from autograder.cli import main

if hasattr(builtins, "get_ipython"):
    with suppress(SystemExit):  # in a notebook's cell an exit code is only a traceback
        main(prog_name="%run -m autograder")
else:
    main(prog_name="python -m autograder")
