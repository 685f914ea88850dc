#!/usr/bin/env python3
"""quern run --checkpoint and --resume: whatever is left of journal and output, a run that goes on leaves
the same output, quarantine and figures as one that was never interrupted; and it does not go on where
something else would come out."""
import concurrent.futures
import fcntl
import gzip
import io
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tarfile
import tempfile
import termios
import time

QUERN, BUILD = os.environ["QUERN"], os.environ["QUERN_BUILD"]
# Under sanitizers a run takes ten times as long: of the bytes, one in so many has to do.
STRIDE = 16 if os.environ["QUERN_SANITIZE"] else 1
SEED = int(os.environ.get("QUERN_SEED") or time.time_ns() % 10**9)
FINE, USAGE, DATA, IO, CONFIG = 0, 64, 65, 74, 78
# Times, and what a pipeline is called, which may change.
NOT_COMPARED = ("begin", "end", "seconds", "processor_seconds", "pipeline")
MARK = len("quern journal 1\n")
failures = 0

PIPELINE = """\
name: resume
stages:
  - use: cleanup
  - use: filter
    with: {drop: [unwanted]}
"""
ONE_STEP = PIPELINE.replace("  - use: cleanup\n", "")
CRASHES = "  - {use: misbehave, with: {how: crash, on: CRASH}}\n"


def expect(name, got, wanted):
    global failures
    if got != wanted:
        failures += 1
        print(f"FAIL {name}\n  got    {str(got)[:600]}\n  wanted {str(wanted)[:600]}")


def expect_left(name, got, wanted):
    """Shows what differs alone."""
    files = {path: (got[0].get(path), wanted[0].get(path))
             for path in got[0].keys() | wanted[0].keys()
             if got[0].get(path) != wanted[0].get(path)}
    expect(f"{name}: files", files, {})
    expect(f"{name}: figures", got[1], wanted[1])


def comparable(value):
    if isinstance(value, dict):
        return {key: comparable(part) for key, part in value.items() if key not in NOT_COMPARED}
    return [comparable(part) for part in value] if isinstance(value, list) else value


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


class Folder:
    """A folder of its own with a pipeline and inputs, and one run in it after the other."""

    def __init__(self, name, pipeline=PIPELINE, **inputs):
        self.name = name
        os.mkdir(name)
        write(f"{name}/p.yaml", pipeline.encode())
        for path, data in inputs.items():
            write(f"{name}/{path}", data)

    def run(self, *arguments, plugins=os.path.join(BUILD, "tests/misuse"), **more):
        done = subprocess.run(
            [QUERN, "run", "p.yaml", *arguments, "--checkpoint", "j", "--checkpoint-interval", "0",
             "--stats", "stats.json", "-v"], cwd=self.name, capture_output=True, check=False,
            env={**os.environ, "QUERN_PLUGIN_PATH": plugins, "WORD": "unwanted",
                 **more.pop("variables", {})}, **more)
        self.messages = done.stderr.decode()
        return done.returncode

    def left(self):
        """All that there is but inputs, and the figures without times."""
        files = {}
        for path, _, names in os.walk(self.name):
            files.update((os.path.relpath(os.path.join(path, name), self.name),
                          read(os.path.join(path, name))) for name in names)
        files.pop("j", None)
        figures = files.pop("stats.json", None)
        return files, figures and comparable(json.loads(figures))

    def journal(self):
        return read(f"{self.name}/j")



def ends(journal):
    """Where entries end: identity, checkpoints, status."""
    at, found = MARK, []
    while at < len(journal):
        at += 24 + struct.unpack_from("Q", journal, at)[0]
        found.append(at)
    return found


def make_lines(count, size=3):
    lines = []
    for number in range(count):
        word = "unwanted" if number % 7 == 3 else "CRASH" if number % 11 == 4 else "fine"
        text = f"document {number} {word} " + "word " * size
        lines.append(json.dumps({"id": f"d{number}", "text": text}).encode() + b"\n")
    return b"".join(lines)


# ---- Whatever is left ----

def check_bytes(name, pairs):
    """Journal and output cut off at each of these pairs of places; one record is no JSON."""
    folder = Folder(name, ONE_STEP, **{"in.jsonl": b'{"text":"one"}\n{no}\n{"text":"two"}\n'})
    flags = ["in.jsonl", "-o", "out.jsonl", "--jobs", "0"]
    assert folder.run(*flags) == DATA, folder.messages
    wanted, journal = folder.left(), folder.journal()
    output = len(wanted[0]["out.jsonl"])
    for cut, to in pairs(len(journal), output):
        write(f"{name}/j", journal[:cut])
        os.truncate(f"{name}/out.jsonl", to)
        status = folder.run(*flags, "--resume")
        left = folder.left()
        if cut == len(journal):     # all there is to do is to say so
            assert status == DATA and "has come to its end" in folder.messages, folder.messages
        else:
            assert status == DATA and left == wanted, \
                f"{cut} bytes of the journal, {to} of the output: {status} {folder.messages} {left}"
        write(f"{name}/out.jsonl", wanted[0]["out.jsonl"])


def check_every_byte():
    """In parts, some at a time."""
    parts = 8
    dice = random.Random(SEED)
    jobs = [lambda a, b, part=part: [(cut, b) for cut in range(part, a + 1, parts * STRIDE)]
            for part in range(parts)]
    jobs += [lambda a, b: [(a - 30, to) for to in range(0, b + 1, STRIDE)],
             lambda a, b: [(dice.randrange(a), dice.randrange(b + 1)) for _ in range(60 // STRIDE)]]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        done = [pool.submit(check_bytes, f"bytes-{n}", pairs) for n, pairs in enumerate(jobs)]
        for one in done:
            expect("every byte", one.exception(), None)


def check_input(name, flags, output="out.jsonl", pipeline=PIPELINE + CRASHES, times=3, **inputs):
    """Goes on from some of its checkpoints, by other numbers of workers."""
    dice = random.Random(SEED)
    files = {path: data for path, data in inputs.items() if path != "stdin"}
    folder = Folder(name, pipeline, **{path.replace("__", "."): data for path, data in files.items()})
    more = {"input": inputs["stdin"]} if "stdin" in inputs else {}
    status = folder.run(*flags, "-o", output, **more)
    wanted, journal = folder.left(), folder.journal()
    places = ends(journal)[1:-1]
    expect(f"{name}: more than one checkpoint", len(places) > 1, True)
    for _ in range(times):
        write(f"{name}/j", journal[:dice.choice(places)])
        jobs = dice.choice(["1", "2", "5"])
        again = folder.run(*flags, "-o", output, "--resume", "--jobs", jobs, **more)
        expect(f"{name}: status", again, status)
        expect_left(name, folder.left(), wanted)
    return folder


def make_tar(*names):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in names:
            member = tarfile.TarInfo(name)
            data = make_lines(30)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def check_inputs():
    lines = make_lines(60)
    check_input("plain", ["in.jsonl"], in__jsonl=lines)
    check_input("packed", ["in.jsonl.gz"], in__jsonl__gz=gzip.compress(lines))
    check_input("tar", ["in.tar.gz"], in__tar__gz=make_tar("a.jsonl", "b.jsonl", "c/d.jsonl"))
    check_input("several", ["a.jsonl", "b.txt", "c.jsonl"], a__jsonl=lines[:2000], b__txt=b"a text",
                c__jsonl=lines)
    check_input("pipe", ["-", "--from", "lines", "--to", "jsonl"], stdin=lines)
    check_input("split", ["in.jsonl", "--split-documents", "7"], "part-%02d.jsonl", in__jsonl=lines)
    check_input("framed", ["in.jsonl"], "out.json", PIPELINE + "  - {use: format, with: {as: json}}\n",
                in__jsonl=lines)
    large = make_lines(3000, 1000)
    check_input("compressed", ["in.jsonl"], "out.jsonl.gz", PIPELINE, times=2, in__jsonl=large)
    check_input("no output yet", ["in.jsonl"], in__jsonl=b'{"text":"unwanted"}\n' * 9 + lines)
    check_input("large journal", ["in.jsonl"], pipeline=PIPELINE, times=2, in__jsonl=make_lines(5000, 0))


# ---- What is not as it was ----

def check_refusals():
    lines = make_lines(20)
    folder = Folder("changed", PIPELINE.replace("name:", "env: [WORD]\nname:") + CRASHES,
                    **{"in.jsonl": lines})
    shutil.copytree(os.path.join(BUILD, "tests/misuse"), "changed/plugins")
    flags = ["in.jsonl", "-o", "out.jsonl"]
    here = {"plugins": "plugins"}
    os.chmod("changed/plugins", 0o755)
    folder.run(*flags, **here)
    wanted, journal = folder.left(), folder.journal()
    pipeline = read("changed/p.yaml")

    def refuse(what, *arguments, **more):
        write("changed/j", journal[:ends(journal)[5]])
        status = folder.run(*(arguments or flags), "--resume", **{**here, **more})
        expect(f"{what}: status", status, CONFIG)
        expect(f"{what}: message ({folder.messages})", what in folder.messages, True)
        expect(f"{what}: one error", folder.messages.count("error:"), 1)
        expect(f"{what}: the journal stays", folder.journal(), journal[:ends(journal)[5]])

    refuse("the command line is not what it was", *flags, "--to", "text")
    refuse("the command line is not what it was", "other.jsonl", "-o", "out.jsonl")
    refuse("what the pipeline says is not what it was", variables={"WORD": "else"})
    for change in (b"unwanted", b"wanted"), (b"how: crash", b"how: abort"), (b"use: cleanup", b"use: set"):
        write("changed/p.yaml", pipeline.replace(*change))
        refuse("what the pipeline says is not what it was")
    write("changed/p.yaml", pipeline)
    plugin = read("changed/plugins/misbehave.so")
    write("changed/plugins/misbehave.so", plugin + b"x")
    refuse("the plugin misbehave is not what it was")
    write("changed/plugins/misbehave.so", plugin)
    write("changed/in.jsonl", lines + b"\n")
    refuse("in.jsonl: error: there is no going on behind it: it has changed")
    os.remove("changed/in.jsonl")
    refuse("in.jsonl: error: there is no going on behind it")
    write("changed/in.jsonl", lines)
    refuse("in.jsonl: error: there is no going on behind it: it has changed")


def check_same():
    """What does not decide on the output may be another."""
    folder = Folder("same", **{"in.jsonl": make_lines(20)})
    flags = ["in.jsonl", "-o", "out.jsonl"]
    folder.run(*flags)
    wanted = folder.left()[1], read("same/out.jsonl")
    os.truncate("same/j", ends(folder.journal())[7])
    write("same/p.yaml", b"# other words\n" + PIPELINE.replace("name: resume", "name:   'other'").encode()
          + b"tests: [{name: x, input: x, expect: {text: x}}]\n")
    folder.run(*flags, "--resume", "--window", "3", "--jobs", "1")
    expect("a pipeline in other words", (folder.left()[1], read("same/out.jsonl")), wanted)


def check_pipe():
    folder = Folder("other-pipe")
    lines = make_lines(20)
    flags = ["-", "-o", "out.jsonl", "--from", "jsonl"]
    folder.run(*flags, input=lines)
    journal = folder.journal()
    for other in lines.replace(b"document 2", b"document 3"), lines[:300], lines[1:]:
        write("other-pipe/j", journal[:ends(journal)[8]])
        expect("another pipe", folder.run(*flags, "--resume", input=other), CONFIG)
    write("other-pipe/j", journal[:ends(journal)[8]])
    expect("one that has more", folder.run(*flags, "--resume", input=lines + lines), FINE)


def check_flags():
    folder = Folder("flags", **{"in.jsonl": make_lines(5), "other": b"precious"})
    for wrong in ([], ["-o", "-"], ["-o", "out", "--unordered"], ["--retry", "q"]):
        expect(f"{wrong}", folder.run("in.jsonl", *wrong), USAGE)
    expect("standard output by another name", folder.run("in.jsonl", "-o", "/dev/stdout"), IO)
    expect("a first time", folder.run("in.jsonl", "-o", "out", "--resume"), FINE)
    expect("another run", folder.run("in.jsonl", "-o", "out"), FINE)
    os.truncate("flags/j", ends(folder.journal())[3])
    expect("one that has not ended", folder.run("in.jsonl", "-o", "out"), CONFIG)
    expect("its hint", "--resume goes on with it" in folder.messages, True)
    write("flags/j", b"precious")
    for flags in [], ["--resume"]:
        expect("no journal", (folder.run("in.jsonl", "-o", "out", *flags), read("flags/j")),
               (CONFIG, b"precious"))
    os.remove("flags/j")
    write("flags/p.yaml", b"name: stream\nstages: [{use: import}]\n")
    expect("a stream", folder.run("in.jsonl", "-o", "out"), CONFIG)
    expect("its message", "a stage sees all documents" in folder.messages, True)


def check_neighbours():
    """What others have put into the quarantine stays there."""
    folder = Folder("neighbours", PIPELINE + CRASHES, **{"in.jsonl": make_lines(30)})
    os.mkdir("neighbours/quarantine")
    for name in "000001.record", "000001.json", "000007.record", "000007.json":
        write(f"neighbours/quarantine/{name}", b'{"run":"another"}')
    flags = ["in.jsonl", "-o", "out.jsonl"]
    folder.run(*flags)
    wanted = folder.left()
    write("neighbours/quarantine/000012.record", b"theirs")
    write("neighbours/quarantine/000012.json", b"{}")
    write("neighbours/quarantine/000013.record", b"half of ours")
    os.truncate("neighbours/j", ends(folder.journal())[3])
    expect("neighbours: status", folder.run(*flags, "--resume"), DATA)
    left = folder.left()
    theirs = [left[0].pop(f"quarantine/000012.{kind}") for kind in ("record", "json")]
    expect("neighbours: theirs", theirs, [b"theirs", b"{}"])
    expect_left("neighbours: ours", left, wanted)


def wait_until_read(pipe):
    """Until nothing that was written stands in it any more."""
    deadline, left = time.monotonic() + 60, 1
    while left:
        assert time.monotonic() < deadline, "it does not read"
        left, = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))


def check_signal():
    """A run that is told to stop can be gone on with, and says so."""
    lines = make_lines(200)
    folder = Folder("signal", **{"in.jsonl": lines})
    write("wanted", b"")
    flags = ["-o", "out.jsonl", "--checkpoint", "j", "--checkpoint-interval", "86400"]
    undisturbed = Folder("undisturbed", **{"in.jsonl": lines})
    undisturbed.run("in.jsonl", "-o", "out.jsonl")
    with subprocess.Popen([QUERN, "run", "p.yaml", "-", "--from", "jsonl", *flags], cwd="signal",
                          stdin=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        run.stdin.write(lines[:len(lines) // 2])
        run.stdin.flush()
        wait_until_read(run.stdin)
        run.send_signal(signal.SIGTERM)
        messages = run.stderr.read().decode()
        expect("told to stop: status", run.wait(60), -signal.SIGTERM)
    expect("told to stop: note", "--resume goes on with this run" in messages, True)
    expect("told to stop: output", os.listdir("signal").count(".out.jsonl.quern"), 1)
    at_stop = len(ends(folder.journal()))
    expect("told to stop: a last checkpoint", at_stop, 3)
    done = subprocess.run([QUERN, "run", "p.yaml", "-", "--from", "jsonl", *flags, "--resume"],
                          cwd="signal", input=lines, capture_output=True, check=False)
    expect("told to stop: going on", (done.returncode, read("signal/out.jsonl")),
           (FINE, read("undisturbed/out.jsonl")))


def main():
    """In memory, where that is a folder as well: a disk takes its time to have each checkpoint."""
    print(f"resume: QUERN_SEED={SEED}", flush=True)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        os.chdir(folder)
        for check in (check_every_byte, check_inputs, check_refusals, check_same, check_pipe,
                      check_flags, check_neighbours, check_signal):
            check()
        os.chdir("/")
    return failures > 0


sys.exit(main())
