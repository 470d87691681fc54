"""The filter of system calls: a hand-made BPF program, built once in the zygote, loaded by every worker.

Everything is allowed but what is named here: no new process or program, no socket but a socketpair, no other process's
memory, signals or limits, no shared memory or queues, no kernel interfaces that a homework has no use for.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Filter", "build", "load", "numbers"]

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_* of linux/audit.h
X32_BIT = 0x40000000
NEWEST = 462  # mseal, Linux 6.10; what comes later is answered as if this kernel did not know it
EPERM, ENOSYS = 1, 38

# name:x86_64:aarch64, "-" where the architecture has no such call
DENIED = """
fork:57:- vfork:58:- execve:59:221 execveat:322:281 setsid:112:157 setpgid:109:154
socket:41:198 connect:42:203 bind:49:200 listen:50:201 accept:43:202 accept4:288:242
ptrace:101:117 process_vm_readv:310:270 process_vm_writev:311:271 process_madvise:440:440 process_mrelease:448:448
pidfd_open:434:434 pidfd_getfd:438:438 pidfd_send_signal:424:424 kcmp:312:272 tkill:200:130
shmget:29:194 shmat:30:196 shmctl:31:195 shmdt:67:197 semget:64:190 semop:65:193 semctl:66:191 semtimedop:220:192
msgget:68:186 msgsnd:69:189 msgrcv:70:188 msgctl:71:187 mq_open:240:180 mq_unlink:241:181 mq_timedsend:242:182
mq_timedreceive:243:183 mq_notify:244:184 mq_getsetattr:245:185 memfd_create:319:279 memfd_secret:447:447
add_key:248:217 request_key:249:218 keyctl:250:219 io_uring_setup:425:425 io_uring_enter:426:426
io_uring_register:427:427 bpf:321:280 perf_event_open:298:241 userfaultfd:323:282 seccomp:317:277
mount:165:40 umount2:166:39 move_mount:429:429 fsopen:430:430 fsconfig:431:431 fsmount:432:432 fspick:433:433
open_tree:428:428 mount_setattr:442:442 pivot_root:155:41 unshare:272:97 setns:308:268 chroot:161:51
statmount:457:457 listmount:458:458 lsm_set_self_attr:460:460 personality:135:92 mknod:133:- mknodat:259:33
settimeofday:164:170 clock_settime:227:112 adjtimex:159:171 clock_adjtime:305:266
setpriority:141:140 ioprio_set:251:30 sched_setscheduler:144:119 sched_setparam:142:118 sched_setattr:314:274
migrate_pages:256:238 move_pages:279:239 fanotify_init:300:262 fanotify_mark:301:263 inotify_init:253:-
inotify_init1:294:26 inotify_add_watch:254:27 quotactl:179:60 quotactl_fd:443:443 swapon:167:224 swapoff:168:225
reboot:169:142 init_module:175:105 finit_module:313:273 delete_module:176:106 kexec_load:246:104
kexec_file_load:320:294 acct:163:89 iopl:172:- ioperm:173:- modify_ldt:154:- syslog:103:116 vhangup:153:58
lookup_dcookie:212:18 sethostname:170:161 setdomainname:171:162 open_by_handle_at:304:265 uselib:134:-
"""
# a worker of the grader's own user must not touch that user's files; these are answered with 0 and do nothing
SWALLOWED_FOR_SAME_USER = """
chmod:90:- fchmodat:268:53 fchmodat2:452:452 chown:92:- lchown:94:- fchownat:260:54
setxattr:188:5 lsetxattr:189:6 removexattr:197:14 lremovexattr:198:15
"""
DENIED_FOR_SAME_USER = "truncate:76:45"  # old Landlock does not know it; ftruncate stays
UNKNOWN = "clone3:435:435"  # glibc then uses clone, whose flags a filter can see
OWN_PID = "kill:62:129 tgkill:234:131 rt_sigqueueinfo:129:138 rt_tgsigqueueinfo:297:240"
OWN_PID_OR_0 = "prlimit64:302:261 sched_setaffinity:203:122"
CLONE, PRCTL, IOCTL, FCNTL = "clone:56:220", "prctl:157:167", "ioctl:16:29", "fcntl:72:25"
LOAD = "seccomp:317:277"

CLONE_THREAD = 0x00010000
PRCTL_DENIED = (1, 4, 22, 35, 36, 0x59616D61)  # PDEATHSIG, DUMPABLE, SECCOMP, MM, CHILD_SUBREAPER, PTRACER
IOCTL_DENIED = (0x5412, 0x541C, 0x5410, 0x8901, 0x8902)  # TIOCSTI, TIOCLINUX, TIOCSPGRP, FIOSETOWN, SIOCSPGRP
FCNTL_DENIED = (8, 10, 15)  # SETOWN, SETSIG, SETOWN_EX: they make the kernel send signals to anybody

LD_WORD, JEQ, JGT, JGE, JSET, RET = 0x20, 0x15, 0x25, 0x35, 0x45, 0x06
AT_NUMBER, AT_ARCHITECTURE, AT_ARGUMENT = 0, 4, (16, 24)  # low words of seccomp_data, little-endian
RET_ALLOW, RET_ERRNO, RET_KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
SET_MODE_FILTER, FLAG_TSYNC = 1, 1
OWN = -1  # stands for the worker's pid, which only the worker knows

Line = tuple[int, int, str, str]  # code, constant, label when true, label when false; "" is the next line


class Filter(NamedTuple):
    """A program ready to load: its bytes, where the worker's pid goes, and the number of seccomp(2) here."""

    code: bytes
    pid_slots: tuple[int, ...]
    call: int


class Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


def numbers(table: str, machine: str) -> dict[str, int]:
    """The calls of a table that exist on this architecture, by name."""
    column = list(ARCHITECTURES).index(machine) + 1
    rows = (entry.split(":") for entry in table.split())
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}


def build(machine: str | None = None, *, same_user: bool) -> Filter | None:
    """The filter for this architecture; None where there is no table for it. `same_user`: no other uid stands."""
    machine = machine or os.uname().machine
    if machine not in ARCHITECTURES or sys.maxsize < 2**32 or sys.byteorder != "little":
        return None
    blocks = _lines(machine, same_user)
    starts: dict[str, int] = {}
    lines: list[Line] = []
    for label, block in blocks:
        starts[label] = len(lines)
        lines += block
    code = b"".join(_assembled(i, line, starts) for i, line in enumerate(lines))
    slots = tuple(i for i, line in enumerate(lines) if line[1] == OWN)
    return Filter(code, slots, numbers(LOAD, machine)["seccomp"])


def load(libc: ctypes.CDLL, filtered: Filter) -> None:
    """Puts the filter on every thread of this process, for good; needs NO_NEW_PRIVS. Raises OSError."""
    code = ctypes.create_string_buffer(filtered.code, len(filtered.code))
    for slot in filtered.pid_slots:
        struct.pack_into("<I", code, slot * 8 + 4, os.getpid())
    program = Program(len(filtered.code) // 8, ctypes.addressof(code))
    if libc.syscall(filtered.call, SET_MODE_FILTER, FLAG_TSYNC, ctypes.byref(program)) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def _lines(machine: str, same_user: bool) -> list[tuple[str, list[Line]]]:
    """The program as labelled blocks."""
    own = _any_of(numbers(OWN_PID, machine).values(), "own")
    zero = _any_of(numbers(OWN_PID_OR_0, machine).values(), "own or 0")
    denied = numbers(DENIED + DENIED_FOR_SAME_USER * same_user, machine).values()
    swallowed = numbers(SWALLOWED_FOR_SAME_USER * same_user, machine).values()
    single = {CLONE: "clone", PRCTL: "prctl", IOCTL: "ioctl", FCNTL: "fcntl", UNKNOWN: "unknown"}
    special = [line for table, label in single.items() for line in _any_of(numbers(table, machine).values(), label)]
    return [
        ("start", [(LD_WORD, AT_ARCHITECTURE, "", ""), (JEQ, ARCHITECTURES[machine], "", "kill")]),
        ("number", [(LD_WORD, AT_NUMBER, "", ""), (JGE, X32_BIT, "kill", ""), (JGT, NEWEST, "unknown", "")]),
        ("which", [*special, *own, *zero, *_any_of(denied, "deny"), *_any_of(swallowed, "swallow")]),
        ("allow", [(RET, RET_ALLOW, "", "")]),
        ("clone", [(LD_WORD, AT_ARGUMENT[0], "", ""), (JSET, CLONE_THREAD, "fine", "deny")]),
        ("prctl", [(LD_WORD, AT_ARGUMENT[0], "", ""), *_any_of(PRCTL_DENIED, "deny"), (RET, RET_ALLOW, "", "")]),
        ("ioctl", [(LD_WORD, AT_ARGUMENT[1], "", ""), *_any_of(IOCTL_DENIED, "deny"), (RET, RET_ALLOW, "", "")]),
        ("fcntl", [(LD_WORD, AT_ARGUMENT[1], "", ""), *_any_of(FCNTL_DENIED, "deny"), (RET, RET_ALLOW, "", "")]),
        ("own", [(LD_WORD, AT_ARGUMENT[0], "", ""), (JEQ, OWN, "fine", "deny")]),
        ("own or 0", [(LD_WORD, AT_ARGUMENT[0], "", ""), (JEQ, OWN, "fine", ""), (JEQ, 0, "fine", "deny")]),
        ("fine", [(RET, RET_ALLOW, "", "")]),
        ("deny", [(RET, RET_ERRNO | EPERM, "", "")]),
        ("swallow", [(RET, RET_ERRNO, "", "")]),
        ("unknown", [(RET, RET_ERRNO | ENOSYS, "", "")]),
        ("kill", [(RET, RET_KILL_PROCESS, "", "")]),
    ]


def _any_of(values: Iterable[int], label: str) -> list[Line]:
    """Lines that go to `label` when the accumulator holds one of the values, else on."""
    return [(JEQ, value, label, "") for value in values]


def _assembled(index: int, line: Line, starts: dict[str, int]) -> bytes:
    """One struct sock_filter; jumps count from the next line."""
    code, constant, yes, no = line
    jumps = [starts[label] - index - 1 if label else 0 for label in (yes, no)]
    return struct.pack("<HBBI", code, *jumps, constant & 0xFFFFFFFF)
