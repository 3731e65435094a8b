"""Run a student's code in another process, sealed, and ask it questions.

    policy.py    pure: the outer jail's command line
    syscalls.py  the table of system calls that a guest may make, compiled to a seccomp program
    cgroups.py   limits of memory and threads, where the machine lends a cgroup
    nursery.py   inside: imports torch once, forks a guest per submission
    seal.py      inside: what a new guest takes from itself before it sees a line of the student's
    warmup.py    inside: runs the common operators once, before any fork
    forbid.py    inside: operators that an exercise forbids, refused in torch's dispatcher
    guest.py     inside: the only file that ever runs a student's code
    wire.py      between: frames of a small header and raw tensor bytes
    host.py      outside: starts a nursery, replaces one that fails, opens sessions
    kennel.py    outside: the guests behind one nursery, forked ahead of need
    account.py   outside: a guest's account of an exception, turned into a fault
    session.py   outside: asks one student's guests, times them, replaces the dead
    probe.py     outside: tries each protection on this machine, for `grader doctor` and before a worker starts

The files marked "inside" and the wire import nothing of grader but each other: they are all that the jail holds.
"""
