# Row 67: runs an instruction that does not exist, and fails an assertion of the C library.
import ctypes
import mmap
import platform


def mean(x):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(b"\x0f\x0b" if platform.machine() == "x86_64" else b"\x00" * 4)
    ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()


def standardize(x):
    ctypes.CDLL(None).__assert_fail(b"false", b"moments.c", 1, b"standardize")
