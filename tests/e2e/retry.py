#!/usr/bin/env python3
"""quern run --retry: what a quarantine folder keeps is run again as what it was; what passes leaves
the folder, once the output is complete, and what fails stays with a new report."""
import fcntl
import glob
import json
import os
import shutil
import subprocess
import sys

QUERN = os.environ["QUERN"]
ENVIRONMENT = {**os.environ,
               "QUERN_PLUGIN_PATH": os.path.join(os.environ["QUERN_BUILD"], "tests/misuse")}
FINE, USAGE, DATA, IO = 0, 64, 65, 74
failures = 0

for name, word in {"strict": "bad", "lenient": "worse"}.items():
    with open(f"{name}.yaml", "w", encoding="utf-8") as file:
        file.write(f"name: {name}\nstages: [{{use: misbehave, with: {{how: crash, on: {word}}}}}]\n")


def run(*arguments):
    done = subprocess.run([QUERN, "run", *arguments], capture_output=True, env=ENVIRONMENT)
    return done.returncode, done.stdout, done.stderr.decode()


def expect(name, got, wanted):
    global failures
    if got != wanted:
        failures += 1
        print(f"FAIL {name}\n  got    {str(got)[:600]}\n  wanted {str(wanted)[:600]}")


def kept(folder="quarantine"):
    return sorted(os.listdir(folder))


def names(*numbers):
    return [f"{number:06}.{kind}" for number in numbers for kind in ("json", "record")]


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def read(path):
    with open(path, "rb") as file:
        return file.read()


# Each comes out as it would have come out the first time: id, place, and what stood behind it.
LINES = b"one\nbad two\nthree\nbad and worse\nbad five\n"
INPUTS = {
    "lines.txt": (["--from", "lines"], LINES),
    "parts.txt": (["--separator", "\\0\\xFF"], LINES.replace(b"\n", b"\0\xff")),
    "pages.txt": (["--from", "formfeed"], LINES.replace(b"\n", b"\f")),
    "mail.mbox": (["--from", "mbox"], b"".join(
        b"From a@b.c Mon\nSubject: %d\n\n%s\n\n" % (n, line) for n, line in
        enumerate(LINES.splitlines()))),
    "records.jsonl": ([], b"".join(b'{"id":"r%d","text":"%s"}\n' % (n, line) for n, line in
                                   enumerate(LINES.splitlines()))),
}
for path, (flags, data) in INPUTS.items():
    write(path, data)
    for to in ("text", "jsonl"):
        for jobs in "0", "1", "3":
            shutil.rmtree("quarantine", ignore_errors=True)
            wanted = run("lenient.yaml", path, *flags, "--to", to, "--quarantine", "other")[1]
            shutil.rmtree("other")
            first = run("strict.yaml", path, *flags, "--to", to)
            expect(f"{path} {to}: the first run", (first[0], kept()), (DATA, names(1, 2, 3)))
            if jobs == "0":     # where a crash would end the run
                for number in 2,:
                    os.remove(f"quarantine/{number:06}.record")
                    os.remove(f"quarantine/{number:06}.json")
            retried = run("lenient.yaml", "--retry", "quarantine", "--to", to, "--jobs", jobs)
            expect(f"{path} {to} {jobs}: the status", retried[0], FINE if jobs == "0" else DATA)
            expect(f"{path} {to} {jobs}: what stays", kept(), [] if jobs == "0" else names(2))
            end = {"records.jsonl": b"\n", "lines.txt": b"\n", "parts.txt": b"\0\xff",
                   "pages.txt": b"\f", "mail.mbox": b"\n"}[path] if to == "text" else b"\n"
            if path not in ("records.jsonl", "mail.mbox") or to == "jsonl":
                both = first[1].split(end)[:-1] + retried[1].split(end)[:-1]
                expect(f"{path} {to} {jobs}: all of them", sorted(both),
                       sorted(wanted.split(end)[:-1]))

# A report is written anew, and says the same of the place.
shutil.rmtree("quarantine")
run("strict.yaml", "lines.txt", "--from", "lines")
before = json.load(open("quarantine/000002.json"))
run("lenient.yaml", "--retry", "quarantine", "--jobs", "2")
after = json.load(open("quarantine/000002.json"))
for key in before.keys() | after.keys():
    expect(f"the report's {key}", after.get(key), before.get(key) if key != "command" else
           "quern run lenient.yaml --from text quarantine/000002.record")
expect("the record", read("quarantine/000002.record"), b"bad and worse")
status, output, _ = run("lenient.yaml", "--retry", "quarantine", "--jobs", "2")
expect("a third time", (status, output, kept()), (DATA, b"", names(2)))

# Nothing leaves the folder before the output is complete.
shutil.rmtree("quarantine")
run("strict.yaml", "records.jsonl")
everything = kept()
write("out.jsonl", b"precious")
status, _, messages = run("lenient.yaml", "--retry", "quarantine", "-o", "out.jsonl")
expect("an output that is there", (status, read("out.jsonl"), kept()), (IO, b"precious", everything))
expect("its message", "out.jsonl: error: cannot be opened: File exists" in messages, True)
with open("/dev/full", "wb") as full:
    status = subprocess.run([QUERN, "run", "lenient.yaml", "--retry", "quarantine"], stdout=full,
                            stderr=subprocess.DEVNULL, env=ENVIRONMENT).returncode
expect("a full disk", (status, kept()), (IO, everything))
with open("stop.yaml", "w", encoding="utf-8") as file:
    file.write("name: stop\nstages: [{use: misbehave, on_error: stop, "
               "with: {how: crash, on: worse}}]\n")
status = run("stop.yaml", "--retry", "quarantine", "-o", "new.jsonl")[0]
expect("a run that stops", (status, kept(), os.path.exists("new.jsonl")), (DATA, everything, False))
status = run("lenient.yaml", "--retry", "quarantine", "-o", "new.jsonl")[0]
expect("one that does not", (status, kept(), len(read("new.jsonl").splitlines())),
       (DATA, names(2), 2))

# What cannot be retried is told and stays.
write("quarantine/000007.record", b"{}")
status, output, messages = run("strict.yaml", "--retry", "quarantine")
expect("no report", (status, kept()), (IO, names(2) + ["000007.record"]))
expect("its message", "000007.record: error: is left out: its report cannot be read" in messages, True)
folder = os.open("quarantine", os.O_RDONLY)
fcntl.flock(folder, fcntl.LOCK_EX)
expect("two at once", run("strict.yaml", "--retry", "quarantine")[0], IO)
os.close(folder)
expect("no folder", run("strict.yaml", "--retry", "nowhere")[0], IO)
for wrong in (["lines.txt"], ["--quarantine", "other"], ["--from", "lines"]):
    expect(f"{wrong}", run("strict.yaml", "--retry", "quarantine", *wrong)[0], USAGE)

sys.exit(failures > 0)
