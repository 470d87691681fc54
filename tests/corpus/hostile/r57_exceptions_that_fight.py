# Row 57: raises exceptions whose class, fields and traceback fight whoever looks at them.
class Meta(type):
    @property
    def __name__(cls):
        raise KeyboardInterrupt

    @property
    def __mro__(cls):
        raise KeyboardInterrupt


class Fighter(SyntaxError, metaclass=Meta):
    @property
    def msg(self):
        raise SystemExit

    lineno = filename = text = msg


def mean(x):
    raise Fighter


def standardize(x):
    error = ValueError("a chain without end")
    error.__cause__ = error.__context__ = error
    error.add_note("n" * 10_000_000)
    for _ in range(100_000):
        error = ExceptionGroup("g" * 100, [error]) if _ % 1000 == 0 else error
    raise error
