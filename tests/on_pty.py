"""Runs a command with its standard error on a pseudo-terminal and says what a user would have seen.

on_pty.py DIRECTORY COLUMNS [--resize AFTER COLUMNS] [--interrupt AFTER] COMMAND...

AFTER counts drawings. Leaves in DIRECTORY: raw (every byte), draws (every line that was drawn in place, one a
line), screen (what stands on the terminal at the end), rate (drawings a second, those of launches' ends left
out), out (standard output). Ends with the command's exit code.
"""
import fcntl
import os
import struct
import subprocess
import sys
import termios
import time


def resize(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


def screen_of(raw):
    """Lines as a terminal shows them that knows carriage return, newline and 'erase to the end of the line'."""
    rows, column = [""], 0
    for part in raw.replace("\x1b[K", "\x00"):
        row = rows[-1]
        if part == "\r":
            column = 0
        elif part == "\n":
            rows.append("")
        elif part == "\x00":
            rows[-1] = row[:column]
        else:
            rows[-1] = row[:column] + part + row[column + 1 :]
            column += 1
    return rows


def main():
    directory, columns, words = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    resize_after = interrupt_after = None
    while words[0] in ("--resize", "--interrupt"):
        if words.pop(0) == "--resize":
            resize_after, narrow = int(words.pop(0)), int(words.pop(0))
        else:
            interrupt_after = int(words.pop(0))
    ours, theirs = os.openpty()
    resize(ours, columns)

    def take_terminal():
        os.setsid()
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

    with open(directory + "/out", "wb") as out:
        child = subprocess.Popen(words, stdin=theirs, stdout=out, stderr=theirs, preexec_fn=take_terminal)
    os.close(theirs)
    raw, begin = b"", time.monotonic()
    while True:
        try:
            got = os.read(ours, 4096)
        except OSError:  # the other side is closed
            break
        if not got:
            break
        raw += got
        draws = raw.count(b"%")
        if resize_after is not None and draws >= resize_after:
            resize(ours, narrow)
            resize_after = None
            raw += b"\r<resized>\x1b[K"
        if interrupt_after is not None and draws >= interrupt_after:
            os.write(ours, b"\x03")
            interrupt_after = None
    code = child.wait()
    seconds = time.monotonic() - begin
    text = raw.decode("utf-8")
    draws = [part.split("\x1b[K")[0] for part in text.split("\r") if "\x1b[K" in part]
    draws = [draw for draw in draws if draw]
    starts = sum("starting" in draw for draw in draws)
    with open(directory + "/raw", "w", encoding="utf-8", newline="") as file:
        file.write(text)
    with open(directory + "/draws", "w", encoding="utf-8") as file:
        file.writelines(draw + "\n" for draw in draws)
    with open(directory + "/screen", "w", encoding="utf-8") as file:
        file.writelines(row + "\n" for row in screen_of(text) if row)
    with open(directory + "/rate", "w", encoding="utf-8") as file:
        file.write("%.2f\n" % ((len(draws) - starts - 1) / seconds))
    return code


sys.exit(main())
