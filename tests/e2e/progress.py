#!/usr/bin/env python3
"""The line that shows how far a run is: on a terminal alone, and gone at the end."""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

QUERN = os.environ["QUERN"]
failures = 0


def complain(what, shown):
    global failures
    print("FAIL %s: %r" % (what, shown))
    failures += 1


def read_terminal(terminal, seen):
    """What came until now; what comes when the other side is closed is an error of the terminal."""
    while select.select([terminal], [], [], 0)[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            return
        if not data:
            return
        seen += data


LINE = re.compile(r"\r\x1b\[K(\d+) documents?, \d+\.\d MB/s")


def run(*arguments, lines, environment=(), to_terminal=False):
    """Runs with standard error on a terminal, and feeds records until so many lines were drawn; a
    few records where none is awaited."""
    terminal, other = pty.openpty()
    seen = bytearray()
    with open("out.txt", "wb") as file:
        process = subprocess.Popen(
            [QUERN, *arguments], stdin=subprocess.PIPE, stderr=other,
            stdout=other if to_terminal else file,
            env={**os.environ, "TERM": "xterm", **dict(environment)})
        os.close(other)
        for number in range(300 if lines else 5):
            process.stdin.write(b'{"text":"document %d"}\n' % number)
            process.stdin.flush()
            time.sleep(0.11)
            read_terminal(terminal, seen)
            if lines and len(LINE.findall(seen.decode())) >= lines:
                break
        process.stdin.close()
        status = process.wait(60)
    time.sleep(0.1)
    read_terminal(terminal, seen)
    os.close(terminal)
    if status != 0:
        complain("status %d of %s" % (status, arguments), seen)
    return seen.decode()


def screen(text):
    """What stands on the last line in the end: CR goes back, ESC [ K clears what follows."""
    line = ""
    column = 0
    for part in re.split(r"(\r|\x1b\[K)", text.rsplit("\n", 1)[-1]):
        if part == "\r":
            column = 0
        elif part == "\x1b[K":
            line = line[:column]
        else:
            line = line[:column] + part + line[column + len(part):]
            column += len(part)
    return line


shown = run("stage", "template", "-", lines=2)
numbers = [int(number) for number in LINE.findall(shown)]
if len(numbers) < 2 or numbers != sorted(numbers):
    complain("the line counts documents", shown)
if screen(shown) != "":
    complain("the line is erased at the end", shown)
if os.path.getsize("out.txt") == 0:
    complain("the documents", shown)

# It is text without colour, so that NO_COLOR changes nothing.
shown = run("stage", "template", "-", lines=1, environment={"NO_COLOR": "1"}.items())
if not LINE.search(shown) or re.search(r"\x1b\[[0-9;]*m", shown):
    complain("NO_COLOR", shown)

for arguments in (["--quiet"], ["-q"]):
    shown = run("stage", *arguments, "template", "-", lines=0)
    if shown:
        complain("--quiet", shown)

# Documents on the terminal leave no place for it, unless they go elsewhere.
shown = run("stage", "template", "-", lines=0, to_terminal=True)
if LINE.search(shown) or "document 4" not in shown:
    complain("documents on the terminal", shown)
shown = run("stage", "template", "--output", "other.txt", "-", lines=1, to_terminal=True)
if not LINE.search(shown) or os.path.getsize("other.txt") == 0:
    complain("--output", shown)

# Where standard error is no terminal.
shown = subprocess.run(
    "(echo '{\"text\":\"a\"}'; sleep 0.3; echo '{\"text\":\"b\"}'; sleep 0.3) | \"$QUERN\" stage template",
    shell=True, capture_output=True, check=True)
if shown.stderr:
    complain("not on a terminal", shown.stderr)

# A file's size is known, and so is the share that was read; failures are counted, and a message
# stands on a line of its own. The reader is slowed down through a pipe that fills.
with open("many.jsonl", "w", encoding="utf-8") as file:
    for number in range(40):
        file.write('{"text":"%s"}\n' % ("x" * 100000))
        if number == 10:
            file.write("broken\n")
terminal, other = pty.openpty()
seen = bytearray()
with open("two.yaml", "w", encoding="utf-8") as file:
    file.write("name: two\nstages: [{use: template}, {use: set, label: other}]\n")
process = subprocess.Popen([QUERN, "run", "two.yaml", "many.jsonl", "--window", "4"],
                           stdout=subprocess.PIPE, stderr=other, env={**os.environ, "TERM": "xterm"})
os.close(other)
for _ in range(20):
    time.sleep(0.05)
    os.read(process.stdout.fileno(), 200000)
    read_terminal(terminal, seen)
while os.read(process.stdout.fileno(), 1 << 20):
    read_terminal(terminal, seen)
status = process.wait(60)
time.sleep(0.1)
read_terminal(terminal, seen)
shown = seen.decode()
if status != 65 or not re.search(r"\d+ documents, \d+\.\d MB/s, \d+ %(, \d+:\d\d left)?, 1 failed, "
                                 r"slowest: (template|other) \d+ %", shown):
    complain("shares and failures", shown)
if not re.search(r"(^|\n|\x1b\[K)(\x1b\[[0-9;]*m)*many\.jsonl:12:", shown) or screen(shown) != "":
    complain("a message on a line of its own", shown)

# It stands on one line of a narrow terminal, and says what is left once that can be said.
terminal, other = pty.openpty()
fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
seen = bytearray()
process = subprocess.Popen([QUERN, "run", "two.yaml", "many.jsonl", "--window", "4"],
                           stdout=subprocess.PIPE, stderr=other, env={**os.environ, "TERM": "xterm"})
os.close(other)
for _ in range(30):
    time.sleep(0.05)
    os.read(process.stdout.fileno(), 65536)
    read_terminal(terminal, seen)
while os.read(process.stdout.fileno(), 1 << 20):
    read_terminal(terminal, seen)
process.wait(60)
os.close(terminal)
lines = [line.split("\r")[0] for line in seen.decode().split("\r\x1b[K") if " document" in line]
if not lines or max(map(len, lines)) != 39 or not any(re.search(r"%, 0:\d\d left", line) for line in lines):
    complain("a narrow terminal", lines)
sys.exit(failures > 0)
