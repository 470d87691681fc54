# Row 18: attaches to the parent, reads its memory, and takes its descriptors.
import ctypes
import os

import numpy as np

PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206
PIDFD_OPEN, PIDFD_GETFD = 434, 438


def mean(x):
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getppid()
    buffer = ctypes.create_string_buffer(8)
    local = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
    for name, result in (
        ("ptrace", libc.ptrace(PTRACE_ATTACH, parent, None, None)),
        ("ptrace seize", libc.ptrace(PTRACE_SEIZE, parent, None, None)),
        ("process_vm_readv", libc.process_vm_readv(parent, local, 1, local, 1, 0)),
        ("process_vm_writev", libc.process_vm_writev(parent, local, 1, local, 1, 0)),
        ("pidfd_getfd", libc.syscall(PIDFD_GETFD, libc.syscall(PIDFD_OPEN, parent, 0), 0, 0)),
    ):
        if result >= 0:
            raise RuntimeError(f"BREACH: {name} of the parent")
    return 0.0


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
