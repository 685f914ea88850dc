#!/usr/bin/env python3
"""SIGINT and SIGTERM end a run cleanly: documents before them are out, no output file gets its
name, nothing is left over, and the program ends by the signal."""
import os
import pathlib
import signal
import subprocess
import sys
import time

QUERN = os.environ["QUERN"]
pathlib.Path("squeeze.yaml").write_text("name: squeeze\nstages: [{use: template}]\n")


def start(*arguments):
    run = subprocess.Popen([QUERN, "run", "squeeze.yaml", "--from", "jsonl", *arguments],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    run.stdin.write(b'{"text":"a"}\n' * 3)
    run.stdin.flush()
    return run


def wait_until_reading(run):
    """Until the program waits for more input, as /proc tells."""
    for _ in range(1000):
        state = pathlib.Path(f"/proc/{run.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        handles = pathlib.Path(f"/proc/{run.pid}/status").read_text()
        caught = int(handles.split("SigCgt:")[1].split()[0], 16)
        if state == "S" and caught & (1 << (signal.SIGINT - 1)):
            return
        time.sleep(0.01)
    sys.exit("the program does not come to wait for input")


def check(number):
    run = start("-o", "out.jsonl")
    wait_until_reading(run)
    run.send_signal(number)
    status = run.wait(timeout=20)
    assert status == -number, (number, status, run.stderr.read())
    assert not pathlib.Path("out.jsonl").exists()
    assert sorted(os.listdir()) == ["squeeze.yaml"], os.listdir()

    run = start()
    for _ in range(3):      # what came is out before more comes
        assert run.stdout.readline() == b'{"text":"a"}\n'
    run.send_signal(number)
    assert run.wait(timeout=20) == -number
    assert run.stdout.read() == b""


for number in (signal.SIGINT, signal.SIGTERM):
    check(number)
