#!/usr/bin/env python3
"""Watching a run: SIGUSR1 has it tell what it is at; --metrics writes OpenMetrics, at intervals, which
is held against the grammar of the specification here."""
import os
import re
import signal
import subprocess
import time

QUERN = os.environ["QUERN"]
ENVIRONMENT = {**os.environ, "QUERN_PLUGIN_PATH": ":".join(
    os.path.join(os.environ["QUERN_BUILD"], "tests", name) for name in ("misuse", "stages"))}
FINE, IO = 0, 74

with open("watch.yaml", "w", encoding="utf-8") as pipeline_file:
    pipeline_file.write(r'''name: "a \"name\" with \\ and
  more"
stages:
  - {use: template, label: "quote\" back\\slash", with: {keep: 0}}
  - {use: filter, label: length, with: {min_words: 3, drop: ['say "no"\n?']}}
''')

# ---- OpenMetrics 1.0.0, the text format: ABNF, and what else it demands of a set of metrics

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
ESCAPED = r'(?:[^"\\\n]|\\["\\n])*'
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="%s"' % ESCAPED
METADATA = re.compile(r"# (TYPE|UNIT|HELP) (%s) (.*)" % NAME)
SAMPLE = re.compile(r"(%s)(?:\{(%s(?:,%s)*)?\})? ([-+]?[0-9]+(?:\.[0-9]+)?)" % (NAME, LABEL, LABEL))
SUFFIXES = {"counter": "_total", "gauge": "", "info": "_info"}


def parse(text):
    """The samples: {name: {labels: value}}."""
    assert text.endswith("# EOF\n") and text.count("# EOF") == 1, text[-100:]
    samples, families, family = {}, {}, None
    for line in text[:-len("# EOF\n")].splitlines():
        metadata, sample = METADATA.fullmatch(line), SAMPLE.fullmatch(line)
        if metadata:
            key, name, value = metadata.groups()
            if name != family:
                assert name not in families, f"{name} stands in two places"
                family = name
                families[name] = {"samples": 0}
            assert key not in families[name] and not families[name]["samples"], line
            families[name][key] = value
            assert key != "UNIT" or name.endswith("_" + value), line
            continue
        assert sample, f"no sample: {line!r}"
        name, labels, value = sample.groups()
        assert name == family + SUFFIXES[families[family]["TYPE"]], line
        families[family]["samples"] += 1
        of_name = samples.setdefault(name, {})
        assert labels not in of_name, f"twice: {line}"
        of_name[labels] = float(value)
    for name, one in families.items():
        assert one["HELP"] and one["TYPE"], name
        assert ("UNIT" in one) == name.endswith(("_seconds", "_bytes")), name
    return samples


def read_metrics(path="quern.prom"):
    with open(path, encoding="utf-8", newline="") as file:
        return parse(file.read())


def start(*flags):
    return subprocess.Popen([QUERN, "run", "watch.yaml", "--from", "lines", "-o", "out.txt", *flags],
                            stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)


def feed(run, lines):
    run.stdin.write(b"".join(b"%s\n" % line for line in lines))
    run.stdin.flush()


def wait_for(what):
    for _ in range(1000):
        found = what()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it does not come")


def catches(run):
    with open(f"/proc/{run.pid}/status", encoding="ascii") as file:
        caught = int(file.read().split("SigCgt:")[1].split()[0], 16)
    return caught & (1 << (signal.SIGUSR1 - 1))


def ask(run, wanted):
    """What it tells, as soon as that is in it."""
    wait_for(lambda: catches(run))
    for _ in range(600):
        run.send_signal(signal.SIGUSR1)
        told = b""
        while not re.search(rb"^after [0-9.]+ s\n", told, re.M):
            line = run.stderr.readline()
            assert line, f"it has ended: {told}"
            told += line
        if re.search(wanted, told, re.M):
            return told
        time.sleep(0.05)
    raise AssertionError(told)


def check_metrics(jobs):
    run = start("--metrics", "quern.prom", "--metrics-interval", "1", "--jobs", jobs)
    wait_for(lambda: os.path.exists("quern.prom"))
    assert read_metrics()["quern_run_active"][None] == 1
    feed(run, [b"one two three four", b"short", b"you say \"no\"", b"one two three"])
    wait_for(lambda: read_metrics()["quern_documents_read_total"][None] == 4)
    feed(run, [b"one two three"] * 5)
    wait_for(lambda: read_metrics()["quern_documents_read_total"][None] == 9)
    before = read_metrics()
    # Without anything to do it goes on being written.
    wait_for(lambda: read_metrics()["quern_run_seconds"][None] >
             before["quern_run_seconds"][None] + 1)
    _, messages = run.communicate()
    assert run.returncode == FINE and messages == b"", messages
    samples = read_metrics()
    assert samples["quern_run_active"][None] == 0
    assert samples["quern_documents_written_total"][None] == 7
    assert samples["quern_documents_dropped_total"][None] == 2
    assert samples["quern_read_bytes_total"][None] == 18 + 5 + 12 + 6 * 13, samples
    assert samples["quern_step_documents_total"]['step="length",result="dropped"'] == 2
    reasons = samples["quern_dropped_total"]
    assert reasons['step="length",reason="fewer than 3 words"'] == 1 and len(reasons) == 2, reasons
    assert all(r'step="quote\" back\\slash"' in key or 'step="length"' in key
               for key in samples["quern_step_seconds_total"]), samples
    assert sum(samples["quern_step_processor_seconds_total"].values()) > 0
    assert not [name for name in os.listdir() if name.startswith(".")]
    os.remove("quern.prom")


def check_question(jobs):
    run = start("--jobs", jobs)
    feed(run, [b"one two three", b"short"])
    told = ask(run, rb"^2 documents read, 1 written, 1 dropped, 0 failed$")
    assert re.search(rb"^length +2 +1 +1 ", told, re.M), told
    assert (b"0 documents in flight" in told) == (jobs != "0"), told
    feed(run, [b"one two three"])
    _, messages = run.communicate()
    assert run.returncode == FINE and messages == b"", messages
    with open("out.txt", "rb") as file:
        assert file.read() == b"one two three\n" * 2


def check_worker():
    """It tells which document a worker is at, by a name that cannot drive the terminal."""
    with open("sleep.yaml", "w", encoding="utf-8") as file:
        file.write("name: sleep\nstages:\n  - use: misbehave\n    with: {how: sleep, on: sleep}\n")
    run = subprocess.Popen([QUERN, "run", "sleep.yaml", "--jobs", "1", "--from", "jsonl"],
                           stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                           env=ENVIRONMENT)
    feed(run, [b'{"id":"night\\u001b[31m","text":"sleep"}'])

    ask(run, "^worker 0, process \\d+: misbehave, document night\ufffd\\[31m$".encode())
    run.terminate()
    run.communicate()
    assert run.returncode == -signal.SIGTERM


def check_failure():
    """Metrics that cannot be written are told once, and the documents are there."""
    run = start("--metrics", "no/such/folder.prom", "--metrics-interval", "1")
    feed(run, [b"one two three"])
    time.sleep(2.2)
    _, messages = run.communicate()
    assert run.returncode == IO and messages.count(b"no/such/folder.prom") == 1, messages
    assert os.path.getsize("out.txt") == 14


for count in ("0", "2"):
    check_metrics(count)
    check_question(count)
check_worker()
check_failure()
