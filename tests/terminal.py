"""Runs a command on a terminal of its own and keeps what it writes there.

terminal.py COLUMNS FILE COMMAND...   ends with the command's exit code; 0 COLUMNS: a terminal without a size
terminal.py --check FILE COLUMNS      prints the lines of FILE that take more columns, escape sequences aside
"""
import fcntl
import os
import pty
import re
import struct
import sys
import termios
import unicodedata


def columns_of(line):
    line = re.sub(r"\033\[[0-9;]*m", "", line)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line
    )


def check(path, columns):
    for line in open(path, encoding="utf-8").read().split("\n"):
        if columns_of(line) > columns:
            print(columns_of(line), line)


def run(columns, path, command):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50 if columns else 0, columns, 0, 0))
    child = os.fork()
    if child == 0:
        os.close(master)
        os.setsid()
        os.dup2(slave, 1)
        os.execvp(command[0], command)
    os.close(slave)
    written = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # nobody holds the other end any more
            break
        if not part:
            break
        written += part
    with open(path, "wb") as file:
        file.write(written.replace(b"\r\n", b"\n"))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if sys.argv[1] == "--check":
    check(sys.argv[2], int(sys.argv[3]))
else:
    sys.exit(run(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
