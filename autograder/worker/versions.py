"""What fails in old programs because NumPy or SciPy changed: said as that, with what to write instead."""

import re

__all__ = ["changed_in_a_library"]

BUILTINS = ("float", "int", "complex")
NUMPY = {
    **{name: name for name in BUILTINS},
    "unicode": "str",
    "math": "the module math of Python",
    "product": "np.prod",
    "cumproduct": "np.cumprod",
    "sometrue": "np.any",
    "alltrue": "np.all",
    "trapz": "np.trapezoid",
    "in1d": "np.isin",
    "round_": "np.round",
    "asfarray": "np.asarray(a, dtype=float)",
    "float_": "np.float64",
    "complex_": "np.complex128",
    "Inf": "np.inf",
    "Infinity": "np.inf",
    "infty": "np.inf",
    "NaN": "np.nan",
    "mat": "np.asarray",
    "msort": "np.sort(a, axis=0)",
    "find_common_type": "np.result_type",
}
SCIPY_MISC = {
    "logsumexp": "scipy.special.logsumexp",
    "comb": "scipy.special.comb",
    "factorial": "scipy.special.factorial",
}
GONE = (
    re.compile(r"module 'numpy' has no attribute '(\w+)'"),
    re.compile(r"`np\.(\w+)` was removed in the NumPy"),
    re.compile(r"cannot import name '(\w+)' from 'numpy'"),
)
SIZE_ONE = re.compile(r"only (0-dimensional|length-1|size-1) arrays can be converted to Python scalars")


def changed_in_a_library(error: BaseException, text: str) -> str:
    """A sentence on what to write now, for an exception of this text that an older library would not have raised.

    "" for any other exception. Such a program may be right; it was written for another environment than this one.
    """
    if isinstance(error, AttributeError | ImportError):
        name = next((found[1] for pattern in GONE if (found := pattern.search(text))), "")
        if name in NUMPY:
            return f"np.{name} is gone from the NumPy used here; this is a matter of versions: write {NUMPY[name]}"
        if "scipy.misc" in text:
            old = next((name for name in SCIPY_MISC if name in text), "")
            return (
                "scipy.misc is gone from the SciPy used here; this is a matter of versions: "
                f"import {SCIPY_MISC.get(old, 'from scipy.special')}"
            )
    if isinstance(error, TypeError) and SIZE_ONE.search(text):
        return (
            "the NumPy used here makes no number of an array with an axis, even of one entry; this is a matter of "
            "versions: take the entry first, as in a[0] or a.item()"
        )
    return ""
