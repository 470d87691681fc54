# Row 56: raises and prints control characters, terminal codes, HTML, surrogates and bytes that are no text.
import sys

import numpy as np

WILD = "\x00\x07\x08\x1b[2J\x1b]0;owned\x07\x7f\x85\u202e\u2028\ufeff\uffff\ud800<script>alert(1)</script></pre>**md** $x$ &amp;"


def mean(x):
    sys.stdout.buffer.write(bytes(range(256)))
    raise ValueError(WILD)


def standardize(x):
    return {WILD: WILD, "list": [WILD]}
