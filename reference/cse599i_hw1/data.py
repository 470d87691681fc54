"""What students get beside their stubs: the small corpus, and the files that read it and train on it."""

from pathlib import Path

from reference.cse599i_hw1.mini import make_law, make_texts

GIVEN = ("corpus.py", "train.py")


def files() -> dict:
    """Path in the hand-in folder -> text: the corpus `mini` below data/, the modules of GIVEN as they stand here."""
    here = Path(__file__).parent
    texts = {f"cse599i_hw1/data/mini/{name}.txt": text for name, text in make_texts(make_law()).items()}
    return {f"cse599i_hw1/{name}": (here / name).read_text(encoding="utf-8") for name in GIVEN} | texts
