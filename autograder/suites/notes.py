"""What staff should know of a run, as sentences, each once."""

__all__ = ["Notes"]

MOST, LENGTH = 50, 500


class Notes:
    """Sentences for staff, in the order in which they came."""

    def __init__(self) -> None:
        self.told: dict[str, None] = {}

    def add(self, sentence: str) -> None:
        """Takes one down."""
        if len(self.told) < MOST:
            self.told.setdefault(sentence[:LENGTH].encode("utf-8", "backslashreplace").decode())
