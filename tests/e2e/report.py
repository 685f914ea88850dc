#!/usr/bin/env python3
"""quern report: a table and a page from statistics; and statistics in which somebody changed things."""
import json
import os
import random
import re
import subprocess
import sys
import time

QUERN = os.environ["QUERN"]
FINE, DATA, IO = 0, 65, 74
HOSTILE = ("</script><script>alert(1)</script>", "\u202e\u2028\x1b[31m<!--", "]]>&amp;\"'", "a\0b", "\ud83d\ude00" * 300)


def report(*arguments, status=FINE, stdin=None):
    done = subprocess.run([QUERN, "report", *arguments], input=stdin, capture_output=True, timeout=60)
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    return done.stdout.decode(), done.stderr.decode()


def write(stats, path="changed.json"):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(stats, file)


def places(value, path=()):
    """Each place within the statistics."""
    yield path
    if isinstance(value, (dict, list)):
        for key in (value if isinstance(value, dict) else range(len(value))):
            yield from places(value[key], path + (key,))


def replaced(value, path, new):
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def page_data(page):
    """What a browser would take for the data: up to the first end tag of a script."""
    begin = page.index('<script type="application/json" id="data">') + 42
    return json.loads(page[begin:page.index("</script", begin)])


with open("report.yaml", "w", encoding="utf-8") as pipeline_file:
    pipeline_file.write("name: reported\nstages: [{use: cleanup}, {use: filter, with: {min_words: 2}}, {use: structure}, "
                        "{use: entities, with: {model: none}}]\n")
with open("in.jsonl", "w", encoding="utf-8") as input_file:
    input_file.write('{"text":"Talks in Nairobi, Kenya\u00a0."}\n{"text":"short"}\nbroken\n')
subprocess.run([QUERN, "run", "report.yaml", "in.jsonl", "-o", "out.jsonl", "--quiet", "--stats", "stats.json"],
               check=False, stderr=subprocess.DEVNULL)
with open("stats.json", encoding="utf-8") as stats_file:
    given = json.load(stats_file)

table, _ = report("stats.json")
assert re.search(r"^filter +2 +1 +1 +0 ", table, re.M) and "1  fewer than 2 words" in table, table
assert "3 documents read, 1 written, 1 dropped, 1 failed\n" in table, table
assert re.search(r"^quarantine/000001\.record: \[\] .*\n    quern run .* quarantine/000001\.record$", table, re.M), table
with open("stats.json", "rb") as stats_file:
    assert report("-", stdin=stats_file.read())[0] == table
report("stats.json", "--html", "-o", "report.html")
with open("report.html", encoding="utf-8") as page_file:
    html = page_file.read()
assert page_data(html) == given
assert not re.search(r"https?://(?!www\.w3\.org/)", html), "the page names another one"

# What is no file, no JSON, or no statistics.
assert "missing.json" in report("missing.json", status=IO)[1]
for text in (b"", b"[]", b"{}", b"{", b"null", b"\xff\xfe", b'{"quern":"0.1.0","quern":"0.1.0"}', b"[" * 100000):
    assert report("-", "--html", status=DATA, stdin=text)[0] == ""

# Each place with something else in it: refused, or shown so that it can neither break out of the page
# nor drive a terminal.
generator = random.Random(int(os.environ.get("QUERN_SEED", time.time())))
every = list(places(given))
shown = 0
for place in every if len(every) < 40 else generator.sample(every, 40):
    for new in (None, -1, 1e308, [], {}, [[]], True, generator.choice(HOSTILE)):
        changed = replaced(given, place, new)
        write(changed)
        done = subprocess.run([QUERN, "report", "changed.json", "--html"], capture_output=True, timeout=60)
        assert done.returncode in (FINE, DATA), (place, new, done)
        if done.returncode == DATA:
            assert done.stdout == b"" and b"changed.json" in done.stderr, (place, new)
            continue
        shown += 1
        assert page_data(done.stdout.decode()) == json.loads(json.dumps(changed)), (place, new)
        table = report("changed.json")[0]
        assert not re.search("[\0-\x09\x0b-\x1f\x7f\u202e\u2028]", table), (place, new, table)
if not shown:
    sys.exit("nothing was shown")

# All texts at once.
for text in HOSTILE:
    changed = given
    for place in every:
        value = given
        for key in place:
            value = value[key]
        if isinstance(value, str):
            changed = replaced(changed, place, text)
    write(changed)
    assert page_data(report("changed.json", "--html")[0]) == json.loads(json.dumps(changed))
    assert not re.search("[\0-\x09\x0b-\x1f\x7f\u202e\u2028]", report("changed.json")[0])
