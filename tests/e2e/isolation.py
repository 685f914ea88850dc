#!/usr/bin/env python3
"""What comes of a document on which a stage misbehaves, and of the others: a table of ways to do so,
each walked through with and without worker processes, sandbox and --paranoid. Whatever the stage
does, each of the other documents comes out once and in its place, the bad ones are kept as they came
with a report, and the run goes on."""
import concurrent.futures
import glob
import itertools
import json
import os
import re
import signal
import subprocess
import sys

QUERN = os.environ["QUERN"]
ENVIRONMENT = {**os.environ,
               "QUERN_PLUGIN_PATH": os.path.join(os.environ["QUERN_BUILD"], "tests/misuse")}
DATA, CONFIG = 65, 78
PASSES = "passes"           # the document goes on, and so does the stage
NOT_RUN = "not run"         # who tries it gets what he asked for
STOPS = "stops"             # the stage ends the whole run by SIGTERM
LIMIT = 0.2                 # seconds, for those that never return

# A sanitizer ends a process that crashes with an exit status of its own.
CRASH = r"^(crashed: %s \(signal %d\)|ended its worker with exit status [1-9]\d*)$"
SEGFAULT = CRASH % ("Segmentation fault", signal.SIGSEGV)
LEFT = r"^ended its worker with exit status \d+$"
SLEPT = r"^did not answer for 2 s, 10 times its limit$"
FORBIDDEN = r"^the stage called %s, which the sandbox forbids"

# How, what is to be expected behind walls, without them, and with all in one process, which has no
# walls and ends with the stage.
TABLE = [
    ("crash", SEGFAULT, SEGFAULT, NOT_RUN),
    ("abort", *[CRASH % ("Aborted", signal.SIGABRT)] * 2, NOT_RUN),
    ("exit", LEFT, LEFT, NOT_RUN),
    ("overflow", SEGFAULT, SEGFAULT, NOT_RUN),
    # Where others take the processors, the clock may be the first.
    ("loop", *[r"^took more than its limit of 0\.2 s of processor time$|" + SLEPT] * 2, NOT_RUN),
    ("sleep", SLEPT, SLEPT, NOT_RUN),
    ("eat", PASSES, PASSES, PASSES),
    ("socket", FORBIDDEN % "socket" + ".*QUERN_NEEDS_NETWORK$", PASSES, PASSES),
    ("write", FORBIDDEN % "open(at)?" + ".*QUERN_NEEDS_FILES$", PASSES, PASSES),
    ("fork", FORBIDDEN % "(v?fork|clone3?)" + ".*QUERN_NEEDS_PROCESSES$", PASSES, PASSES),
    ("exec", FORBIDDEN % "execve" + ".*QUERN_NEEDS_PROCESSES$", LEFT, NOT_RUN),
    ("trace", FORBIDDEN % "ptrace" + "$", NOT_RUN, NOT_RUN),
    ("kill-parent", FORBIDDEN % "kill" + ".*QUERN_NEEDS_PROCESSES$", STOPS, NOT_RUN),
]

REASONS = {row[0]: row[2] for row in TABLE}

COUNT, BAD = 24, (3, 23)
LINES = [b'{"id":"d%d","text":"%s"}\n' % (n, b"bad" if n in BAD else b"text %d" % n)
         for n in range(COUNT)]


class Folder:
    """A folder of its own with the input and a pipeline, and runs in it."""

    def __init__(self, name, how, on="bad", step="", before=""):
        self.name = name
        os.mkdir(name)
        if how in ("loop", "sleep"):
            step += f"    limits: {{time: {LIMIT}}}\n"
        with open(f"{name}/misuse.yaml", "w", encoding="utf-8") as file:
            file.write(f"name: misuse\nstages:\n{before}  - use: misbehave\n    label: culprit\n"
                       f"    with: {{how: {how}, on: '{on}'}}\n{step}")
        with open(f"{name}/in.jsonl", "wb") as file:
            file.write(b"".join(LINES))

    def command(self, *arguments):
        # Nothing that a crash would write, and a small stack, which is soon full.
        return subprocess.run(["sh", "-c", 'ulimit -c 0; ulimit -s 2048; exec "$@"', "sh", *arguments],
                              cwd=self.name, env=ENVIRONMENT, capture_output=True, timeout=120)

    def run(self, *flags):
        done = self.command(QUERN, "run", "misuse.yaml", "in.jsonl", "-o", "out.jsonl", *flags)
        self.status, self.messages = done.returncode, done.stderr.decode()
        return self

    def output(self):
        try:
            with open(f"{self.name}/out.jsonl", "rb") as file:
                return file.read().splitlines(keepends=True)
        except FileNotFoundError:
            return None

    def quarantine(self):
        """Records and reports."""
        kept = []
        for path in sorted(glob.glob(f"{self.name}/quarantine/*.record")):
            with open(path, "rb") as record, open(path[:-6] + "json", "rb") as report:
                kept.append((record.read(), json.load(report)))
        return kept

    def leftovers(self):
        return glob.glob(f"{self.name}/.*.quern")


def equal(what, got, wanted):
    assert got == wanted, f"{what}\n  got    {str(got)[:300]}\n  wanted {str(wanted)[:300]}"


# ---- What is to be expected ----

def check_passed(folder):
    equal("status", folder.status, 0)
    equal("output", folder.output(), LINES)
    equal("quarantine", folder.quarantine(), [])


def check_stopped(folder):
    equal("status", folder.status, -signal.SIGTERM)
    equal("output", folder.output(), None)


def check_report(report, number, reason):
    equal("report", (report["id"], report["step"], report["stage"], report["version"]),
          (f"d{number}", "culprit", "misbehave", "1.0"))
    equal("place", report["place"], {"file": "in.jsonl", "line": number + 1,
                                     "byte": len(b"".join(LINES[:number]))})
    assert re.search(reason, report["reason"]), f"reason: {report['reason']}"


def check_reproduced(folder, report, reason):
    """The command of a report runs the document alone, and comes to the same."""
    assert report["command"].startswith("quern run "), report["command"]
    before = len(folder.quarantine())
    again = folder.command("sh", "-c", f'"$0" {report["command"][6:]}', QUERN)
    equal("the command's status", again.returncode, DATA)
    last = folder.quarantine()[before:]
    equal("the command keeps the document", [record for record, _ in last], [LINES[BAD[0]][:-1]])
    assert re.search(reason, last[0][1]["reason"]), last


def check_kept(folder, reason, ordered=True):
    put_in_order = list if ordered else sorted
    equal("status", folder.status, DATA)
    equal("output", put_in_order(folder.output()),
          put_in_order(line for n, line in enumerate(LINES) if n not in BAD))
    kept = sorted(folder.quarantine(), key=lambda pair: pair[1]["place"]["line"])
    equal("records", [record for record, _ in kept], [LINES[n][:-1] for n in BAD])
    for number, (_, report) in zip(BAD, kept):
        check_report(report, number, reason)
    equal("left over", folder.leftovers(), [])
    check_reproduced(folder, kept[0][1], reason)


def check_row(how, jobs, flags, wanted):
    folder = Folder("-".join([how, str(jobs), *flags]).replace("--", ""), how)
    folder.run("--jobs", str(jobs), *flags)
    if wanted == PASSES:
        check_passed(folder)
    elif wanted == STOPS:
        check_stopped(folder)
    else:
        check_kept(folder, wanted)


# ---- Beside the table ----

def check_order(how, reason, *flags):
    folder = Folder("-".join([how, *flags]).replace("--", ""), how)
    check_kept(folder.run(*flags), reason, ordered="--unordered" not in flags)


def check_always(jobs, *flags):
    """A stage that crashes at every document."""
    folder = Folder(f"always-{jobs}{''.join(flags)}", "crash", on="")
    folder.run("--jobs", str(jobs), "--max-crashes", "5", *flags)
    equal("status", folder.status, CONFIG)
    assert re.search(r"error: [5-9] documents in a row ended the process that worked on them; "
                     "the run stops here\n.*--max-crashes raises the limit", folder.messages), \
        folder.messages
    equal("output", folder.output(), None)
    equal("left over", folder.leftovers(), [])
    kept = [record + b"\n" for record, _ in folder.quarantine()]
    assert 0 < len(kept) < COUNT and len(set(kept)) == len(kept) and set(kept) <= set(LINES), kept


def check_alone(how, reason):
    """Nothing else wakes the run up to look at the time."""
    folder = Folder(f"{how}-alone", how)
    with open(f"{folder.name}/in.jsonl", "wb") as file:
        file.write(LINES[BAD[0]])
    folder.run("--jobs", "2")
    equal("status", folder.status, DATA)
    [(record, report)] = folder.quarantine()
    equal("record", record, LINES[BAD[0]][:-1])
    assert re.search(reason, report["reason"]), report


def check_held(name, position, kept, reasons):
    """Documents that a stage holds when its worker ends go to quarantine, in their order."""
    folder = Folder(f"held-{name}", "crash", **{position: "  - use: hold\n"})
    with open(f"{folder.name}/in.jsonl", "wb") as file:
        file.write(b"".join(LINES[:10]))
    folder.run("--jobs", "2", "--plugin-dir", os.path.join(os.environ["QUERN_BUILD"], "tests/stages"))
    equal("status", folder.status, DATA)
    equal("output", folder.output(), [line for line in LINES[:10] if line not in kept])
    equal("records", [record for record, _ in folder.quarantine()], [line[:-1] for line in kept])
    for (_, report), (step, reason) in zip(folder.quarantine(), reasons, strict=True):
        equal("step", report["step"], step)
        assert re.search(reason, report["reason"]), report


def check_crashes_apart():
    """Only those in a row count."""
    check_kept(Folder("apart", "crash").run("--jobs", "1", "--max-crashes", "3"), SEGFAULT)


def check_pass(how, reason, before, after, *flags):
    """A document whose stage ends its worker goes on without it, marked; others as if nothing was."""
    name = "-".join(["pass", how, *flags, "twice" * bool(before), "kept" * bool(after)])
    folder = Folder(name.replace("--", ""), how, before=before, step="    on_error: pass\n" + after)
    folder.run(*flags, "--verbose")
    kept = folder.quarantine()
    equal("status", folder.status, DATA if after else 0)
    equal("records", [record + b"\n" for record, _ in kept], [LINES[n] for n in BAD] if after else [])
    lines = folder.output()
    if "--unordered" in flags:
        lines.sort(key=lambda line: int(json.loads(line)["id"][1:]))
    equal("others", [line for line in lines if b"quern_failed" not in line],
          [line for n, line in enumerate(LINES) if n not in BAD])
    if after:
        return
    equal("in order", [json.loads(line)["id"] for line in lines], [f"d{n}" for n in range(COUNT)])
    for number in BAD:
        failed = json.loads(lines[number])["metadata"]["quern_failed"]
        equal("steps", [one["stage"] for one in failed], ["first"] * bool(before) + ["culprit"])
        assert re.search(reason, failed[-1]["reason"]), failed
    equal("warnings", folder.messages.count("; the document goes on without this stage"),
          2 * len(BAD) if before else len(BAD))
    for step in ["first"] * bool(before) + ["culprit"]:
        assert re.search(rf"^{step} +{COUNT} +{COUNT - len(BAD)} +0 +{len(BAD)} ", folder.messages, re.M), \
            folder.messages


def check_pass_held():
    """Where a stage sees all documents, it cannot be told which one it was."""
    before = "  - use: hold\n"
    folder = Folder("pass-held", "crash", before=before, step="    on_error: pass\n")
    folder.run("--plugin-dir", os.path.join(os.environ["QUERN_BUILD"], "tests/stages"))
    equal("status", folder.status, DATA)


def check_stop():
    folder = Folder("stop", "crash", step="    on_error: stop\n").run("--jobs", "4")
    equal("status", folder.status, DATA)
    equal("output", (folder.output(), folder.leftovers(), folder.quarantine()), (None, [], []))
    assert "the run stops here, as on_error says" in folder.messages, folder.messages


# ---- All of it ----

def find_walls():
    """Builds for sanitizers and some kernels have none."""
    messages = Folder("walls", "crash", on="none").run("--verbose", "--jobs", "1").messages
    return "none" not in re.search("sandbox of workers: (.*)", messages)[1]


def list_checks():
    walls = find_walls()
    for how, behind, without, alone in TABLE:
        for jobs, free, paranoid in itertools.product((0, 1, 4), (False, True), (False, True)):
            wanted = alone if jobs == 0 else without if free or not walls else behind
            flags = ["--no-sandbox"] * free + ["--paranoid"] * paranoid
            if wanted != NOT_RUN:
                yield check_row, how, jobs, flags, wanted
    for flags in itertools.product(("--jobs=1", "--jobs=4"), ("--window=1", "--window=2", ""),
                                   ("--unordered", "")):
        yield check_order, "crash", SEGFAULT, *filter(None, flags)
    for jobs in (1, 4):
        yield check_always, jobs
        yield check_always, jobs, "--unordered"
        yield check_always, jobs, "--window=2"
    for how in ("loop", "sleep"):
        yield check_alone, how, REASONS[how]
    yield check_crashes_apart,
    held = ("hold", "^its worker ended while the stage held it$")
    yield check_held, "behind", "step", LINES[:4], [held] * 3 + [("culprit", SEGFAULT)]
    yield check_held, "before", "before", LINES[:10], [held] * 10
    yield check_stop,
    first = "  - {use: misbehave, label: first, on_error: pass, with: {how: abort, on: bad}}\n"
    last = "  - {use: misbehave, label: last, with: {how: crash, on: bad}}\n"
    for flags in itertools.product(("--jobs=1", "--jobs=4"), ("--window=1", "--window=2", ""),
                                   ("--unordered", ""), ("--paranoid", "")):
        yield check_pass, "crash", SEGFAULT, "", "", *filter(None, flags)
    for how in "exit", "loop", "sleep":
        yield check_pass, how, REASONS[how], "", ""
    yield check_pass, "crash", SEGFAULT, first, ""
    yield check_pass, "crash", SEGFAULT, "", last
    yield check_pass_held,


def main():
    """Those that wait for a limit on the clock stand first and overlap with the others."""
    checks = sorted(list_checks(), key=lambda check: "sleep" not in check)
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for check, done in [(c, pool.submit(*c)) for c in checks]:
            error = done.exception()
            if error:
                failures += 1
                print(f"FAIL {check[0].__name__} {check[1:]}: {type(error).__name__} {error}"[:2000])
    print(f"isolation: {len(checks)} cases, {failures} failed")
    return failures > 0


sys.exit(main())
