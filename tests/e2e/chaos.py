#!/usr/bin/env python3
"""Random faults, from inside and outside, while documents go through workers: workers killed, stopped
and continued, stages that crash, leave or never return, readers that go away, full disks. However it
goes, each document is once in the output, in its place, or once in quarantine, or once dropped with a
reason; where the output ends early, it ends between two documents and no file gets its name. A run with
checkpoints, killed, stopped, out of room, its files cut off as by a power cut, and gone on with as often
as that happens, leaves what one leaves that was never interrupted.

QUERN_CHAOS is the number of faults (60), QUERN_SEED the seed. What is random in the hands of the
system, which worker is where when it is killed, no seed brings back."""
import collections
import glob
import json
import os
import queue
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

QUERN = os.environ["QUERN"]
ENVIRONMENT = {**os.environ,
               "QUERN_PLUGIN_PATH": os.path.join(os.environ["QUERN_BUILD"], "tests/misuse")}
SEED = int(os.environ.get("QUERN_SEED") or time.time_ns() % 10**9)
WANTED = int(os.environ.get("QUERN_CHAOS") or 60)
FINE, DATA, IO = 0, 65, 74
DISK = 64 << 10             # bytes of the disk that gets full
PATIENCE = 300              # seconds that a run may take to its end when all is fed,
LAST_KILLS = 20             # and workers that are killed then: more, and slow ones get nowhere

PIPELINE = """\
name: chaos
stages:
  - {use: cleanup}
  - use: filter
    with: {drop: [unwanted]}
  - {use: misbehave, label: crash, with: {how: crash, on: CRASH}}
  - {use: misbehave, label: abort, with: {how: abort, on: ABORT}}
  - {use: misbehave, label: exit, with: {how: exit, on: EXIT}}
"""
LIMITED = """\
  - {use: misbehave, label: loop, with: {how: loop, on: LOOP}, limits: {time: 0.05}}
  - {use: misbehave, label: sleep, with: {how: sleep, on: SLEEP}, limits: {time: 0.05}}
"""

faults = collections.Counter()


# ---- Documents ----

def make_documents(dice, limited):
    """Lines, the kind of each in `kinds`."""
    bad = ["CRASH", "ABORT", "EXIT"] + ["LOOP", "SLEEP"] * limited
    lines, kinds = [], []
    for number in range(dice.randrange(100, 300)):
        roll = dice.random()
        kind = "unwanted" if roll < 0.05 else dice.choice(bad) if roll < 0.05 + 1 / 60 else "fine"
        size = dice.choice([0, 3, 30, 300]) if roll < 0.98 else 30000    # a slow one
        text = f"document {number} {kind} " + "word " * size
        lines.append(json.dumps({"id": f"d{number}", "text": text}).encode())
        kinds.append(kind)
    faults["documents"] += sum(kind in bad for kind in kinds)
    return lines, kinds


def number_of(record):
    return int(json.loads(record)["id"][1:])


# ---- Workers ----

def find_workers(run):
    """Those that are alive, stopped ones too."""
    workers = []
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                state, parent = file.read().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if int(parent) == run.pid and state not in "ZX":
            workers.append(int(path.split("/")[2]))
    return workers


def send(worker, number):
    try:
        os.kill(worker, number)
        return True
    except ProcessLookupError:
        return False


def disturb(dice, run, ways, stopped):
    """Something happens to a worker, or nothing. `stopped` are those to be continued."""
    if not ways or dice.random() < 0.5:
        return
    way, workers = dice.choice(ways), find_workers(run)
    if workers and way == "kill":
        faults["killed"] += send(dice.choice(workers), signal.SIGKILL)
    elif workers and way == "stop":
        worker = dice.choice(workers)
        if send(worker, signal.SIGSTOP):
            stopped.add(worker)
            faults["stopped"] += 1
    elif way == "continue":
        go_on(run, stopped)


def go_on(run, stopped):
    for worker in stopped & set(find_workers(run)):
        send(worker, signal.SIGCONT)
    stopped.clear()


def feed(run, chunks):
    """Writes what it gets out of the queue, until None; the run may be gone, or take its time."""
    try:
        while (chunk := chunks.get()) is not None:
            run.stdin.write(chunk)
            run.stdin.flush()
        run.stdin.close()
    except BrokenPipeError:
        pass


def has_ended(run, seconds):
    """Whether it does within so many seconds."""
    try:
        run.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def drive(dice, run, lines, ways):
    """Feeds a run and disturbs it until it ends."""
    chunks, stopped, at = queue.Queue(), set(), 0
    feeder = threading.Thread(target=feed, args=(run, chunks))
    feeder.start()
    while at < len(lines):
        end = at + dice.randrange(1, 40)
        chunks.put(b"".join(line + b"\n" for line in lines[at:end]))
        at = end
        has_ended(run, dice.random() * 0.004)   # until a moment that nobody chose
        disturb(dice, run, ways, stopped)
    chunks.put(None)
    go_on(run, stopped)
    deadline, last = time.monotonic() + PATIENCE, faults["killed"] + LAST_KILLS
    while not has_ended(run, 0.002):
        if time.monotonic() > deadline:
            run.kill()
            raise AssertionError("the run does not end")
        if "kill" in ways and faults["killed"] < last:
            disturb(dice, run, ["kill"], stopped)
    chunks.put(None)
    feeder.join()


# ---- Runs ----

def choose_flags(dice):
    flags = ["--jobs", str(dice.choice([1, 2, 3, 4, 6])), "--max-crashes", "1000",
             "--window", str(dice.choice([1, 2, 3, 7, 40, 1024])),
             "--window-bytes", dice.choice(["1000", "20000", "64MiB"])]
    return flags + [flag for flag in ("--unordered", "--no-sandbox", "--paranoid")
                    if dice.random() < 0.25]


def start(flags, **streams):
    command = [QUERN, "run", "chaos.yaml", "--from", "jsonl", "--verbose", *flags]
    return subprocess.Popen(command, stdin=subprocess.PIPE, env=ENVIRONMENT,
                            stderr=open("messages", "wb"), **streams)


def read_quarantine(folder="quarantine"):
    """The numbers of the documents in it; each has its report, and its bytes as they came."""
    records = []
    for path in glob.glob(f"{folder}/*.record"):
        with open(path, "rb") as file:
            records.append(file.read())
        with open(path[:-6] + "json", encoding="utf-8") as file:
            assert json.load(file)["reason"], path
    return records


def read_messages():
    with open("messages", encoding="utf-8") as file:
        return file.read()


def check_lines(output, lines, ordered):
    """Whole documents, each at most once."""
    assert output == b"" or output.endswith(b"\n"), f"half a document: {output[-80:]}"
    numbers = [number_of(line) for line in output.splitlines()]
    assert len(set(numbers)) == len(numbers), "a document came out twice"
    assert not ordered or numbers == sorted(numbers), f"out of order: {numbers}"
    for number, line in zip(numbers, output.splitlines()):
        assert json.loads(line)["text"].split() == json.loads(lines[number])["text"].split(), line
    return numbers


def check_accounts(numbers, lines, kinds):
    kept = read_quarantine()
    assert set(kept) <= set(lines), "a record is not as it came"
    dropped = [int(number) - 1
               for number in re.findall(r":(\d+): note: \[filter\] dropped: ", read_messages())]
    once = sorted(numbers + [number_of(record) for record in kept] + dropped)
    assert once == list(range(len(lines))), \
        f"not once: {[n for n in range(len(lines)) if once.count(n) != 1]}"
    assert {kinds[number] for number in dropped} <= {"unwanted"}
    assert {kinds[number] for number in numbers} <= {"fine"}
    return bool(kept)


def run_through(dice):
    """A run that comes to its end."""
    limited = dice.random() < 0.3
    lines, kinds = make_documents(dice, limited)
    write_pipeline(PIPELINE + LIMITED * limited)
    flags = choose_flags(dice)
    run = start([*flags, "-o", "out.jsonl"])
    ways = dice.choice([[], ["kill"], ["stop", "continue"], ["kill", "stop", "continue"]])
    drive(dice, run, lines, ways)
    with open("out.jsonl", "rb") as file:
        numbers = check_lines(file.read(), lines, "--unordered" not in flags)
    failed = check_accounts(numbers, lines, kinds)
    assert run.returncode == (DATA if failed else FINE), run.returncode


def run_closed(dice):
    """A reader that goes away before the end, which a pipe cannot hold."""
    lines, _ = make_documents(dice, False)
    lines += [b'{"id":"d%d","text":"%s"}' % (len(lines) + n, b"much " * 500) for n in range(200)]
    write_pipeline(PIPELINE)
    flags = choose_flags(dice)
    run = start([*flags, "--to", "jsonl"], stdout=subprocess.PIPE)
    wanted = dice.randrange(60)

    def read():
        got.extend(run.stdout.readline() for _ in range(wanted))
        run.stdout.close()

    got = []
    reader = threading.Thread(target=read)
    reader.start()
    drive(dice, run, lines, dice.choice([[], ["kill"]]))
    reader.join()
    faults["closed"] += 1
    check_lines(b"".join(got), lines, "--unordered" not in flags)
    kept = read_quarantine()
    assert set(kept) <= set(lines) and len(set(kept)) == len(kept)
    assert run.returncode == (DATA if kept else FINE), run.returncode


def limit_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (DISK, DISK))


def mount_disk():
    """A small disk, where one may be mounted."""
    os.mkdir("disk")
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", "disk"],
                          capture_output=True, check=False).returncode == 0


def run_full(dice):
    """A disk that gets full. Complete parts of an output that is split stay."""
    lines, _ = make_documents(dice, False)
    lines += [b'{"id":"d%d","text":"%s"}' % (len(lines) + n, b"much " * 500) for n in range(100)]
    write_pipeline(PIPELINE)
    flags = choose_flags(dice)
    mounted = mount_disk()
    split = mounted and dice.random() < 0.5
    name = "disk/part-%05d.jsonl" if split else "disk/out.jsonl"
    try:
        run = start([*flags, "-o", name, *["--split-documents", "7"] * split],
                    preexec_fn=None if mounted else limit_files)
        drive(dice, run, lines, dice.choice([[], ["kill"]]))
        faults["full"] += 1
        output = b""
        for path in sorted(glob.glob("disk/part-*")):
            with open(path, "rb") as file:
                output += file.read()
            assert os.path.getsize(path) and output.endswith(b"\n"), path
        check_lines(output, lines, "--unordered" not in flags)
        assert not os.path.exists("disk/out.jsonl") and not glob.glob("disk/.*"), os.listdir("disk")
        assert run.returncode == IO, run.returncode
        assert "cannot be written" in read_messages()
    finally:
        if mounted:
            subprocess.run(["umount", "disk"], check=True)


# ---- Runs that go on ----

def start_again(folder, flags):
    command = [QUERN, "run", "chaos.yaml", "in.jsonl", "--verbose", "--max-crashes", "1000",
               "--checkpoint", "disk/j", *flags]
    with open("messages", "wb") as messages:
        return subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stderr=messages)


def read_tree(folder):
    """All files, but those that say when and how."""
    files = {}
    for path, _, names in os.walk(folder):
        for name in set(names) - {"j"}:
            with open(os.path.join(path, name), "rb") as file:
                files[os.path.relpath(os.path.join(path, name), folder)] = file.read()
    return files


def read_figures():
    """The table, without times."""
    return re.findall(r"^(\w+(?: +\d+){5}) +[\d.]+( +\d+ +\d+)$|^(\d+ documents read.*)", read_messages(),
                      re.M)


def interrupt(dice, run):
    """In one of the ways in which that can happen, unless it ends before."""
    if has_ended(run, dice.random() ** 2 * 0.6):
        return
    way = dice.choice(["parent", "all", "term"])
    workers = find_workers(run) if way == "all" else []
    if way == "all":            # at once: neither sees the other go
        send(run.pid, signal.SIGSTOP)
        for worker in workers:
            send(worker, signal.SIGKILL)
    send(run.pid, signal.SIGTERM if way == "term" else signal.SIGKILL)
    faults[f"interrupted: {way}"] += 1
    assert has_ended(run, 120), "the run does not end"


def lose_power(dice, folder):
    """Journal and output end anywhere."""
    for path in f"{folder}/disk/j", *glob.glob(f"{folder}/disk/.*.quern"):
        if os.path.exists(path) and dice.random() < 0.5:
            os.truncate(path, dice.randrange(os.path.getsize(path) + 1))
            faults["cut off"] += 1


def run_resumed(dice):
    lines, _ = make_documents(dice, False)
    flags = ["-o", *dice.choice([["disk/out.jsonl"], ["disk/out.jsonl.gz"],
                                 ["disk/part-%03d.jsonl", "--split-documents", "20"]]),
             *[flag for flag in ("--no-sandbox", "--paranoid") if dice.random() < 0.25]]
    for folder in "once", "again":
        os.makedirs(f"{folder}/disk")
        os.chdir(folder)
        write_pipeline(PIPELINE)
        with open("in.jsonl", "wb") as file:
            file.write(b"\n".join(lines))
        os.chdir("..")
    once = start_again("once", flags)
    assert has_ended(once, 120)
    wanted = once.returncode, read_tree("once"), read_figures()
    full = dice.random() < 0.3 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", "again/disk"],
        capture_output=True, check=False).returncode == 0
    try:
        resume(dice, flags, full, wanted)
    finally:
        if full:
            subprocess.run(["umount", "again/disk"], check=True)


def resume(dice, flags, full, wanted):
    for attempt in range(1000):
        run = start_again("again", [
            *flags, "--resume", "--jobs", str(dice.choice([1, 2, 4])), "--window", str(dice.choice([1, 7, 1024])),
            "--checkpoint-interval", dice.choice(["0", "0", "1"])])
        if attempt < 12:
            interrupt(dice, run)
        assert has_ended(run, 120), "the run does not end"
        if run.returncode == IO and full:
            faults["full"] += 1
            subprocess.run(["mount", "-o", "remount,size=64M", "again/disk"], check=True)
            full = False
        elif run.returncode in (FINE, DATA):
            break
        else:
            assert -run.returncode in (signal.SIGTERM, signal.SIGKILL), \
                f"{run.returncode}: {read_messages()}"
        if attempt < 12:
            lose_power(dice, "again")
    got = run.returncode, read_tree("again"), read_figures()
    assert got[0] == wanted[0], got[0]
    differing = [path for path in got[1].keys() | wanted[1].keys()
                 if got[1].get(path) != wanted[1].get(path)]
    assert not differing, f"after a run that was resumed: {differing}"
    assert not got[2] or got[2] == wanted[2], f"figures: {got[2]} {wanted[2]}"


def run_device(dice):
    """Standard output that takes nothing."""
    lines, _ = make_documents(dice, False)
    write_pipeline(PIPELINE)
    with open("/dev/full", "wb") as full:
        run = start(choose_flags(dice), stdout=full)
        drive(dice, run, lines, [])
    faults["full"] += 1
    assert run.returncode == IO, run.returncode


def write_pipeline(text):
    with open("chaos.yaml", "w", encoding="utf-8") as file:
        file.write(text)


def run_one(seed):
    """In a folder of its own, which is kept when something is wrong."""
    dice, folder = random.Random(seed), f"run-{seed}"
    os.mkdir(folder)
    os.chdir(folder)
    way = dice.choices([run_through, run_closed, run_full, run_device, run_resumed],
                       [12, 3, 3, 1, 4])[0]
    try:
        way(dice)
    except (AssertionError, OSError, ValueError) as error:
        print(f"FAIL {way.__name__}, seed {seed}: {type(error).__name__} {error}"[:2000])
        print(read_messages()[-2000:])
        return False
    finally:
        os.chdir("..")
    shutil.rmtree(folder)
    return True


def main():
    seed, failures, runs = SEED, 0, 0
    print(f"chaos: QUERN_SEED={seed}", flush=True)
    while (total := sum(faults.values())) < WANTED:
        failures += not run_one(seed)
        seed += 1
        runs += 1
    counts = ", ".join(f"{number} {what}" for what, number in sorted(faults.items()))
    print(f"chaos: {total} faults in {runs} runs ({counts}), {failures} runs failed")
    return failures > 0


sys.exit(main())
