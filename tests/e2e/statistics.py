#!/usr/bin/env python3
"""What --stats says of a run: right figures, and the same ones for any number of workers, also when
some of them die."""
import json
import os
import subprocess

QUERN = os.environ["QUERN"]
ENVIRONMENT = {**os.environ, "QUERN_PLUGIN_PATH": ":".join(
    os.path.join(os.environ["QUERN_BUILD"], "tests", name) for name in ("misuse", "stages"))}
FINE, DATA, IO = 0, 65, 74
TIMES = ("begin", "end", "seconds", "processor_seconds")

PIPELINE = """name: statistics
stages:
  - {use: template, label: squeeze, with: {keep: 0}}
  - use: filter
    with: {min_words: 3, drop: ["unwanted", "really not"]}
  - {use: misbehave, label: loud, with: {how: abort, on: neverthere}, when: metadata.loud == true}
  - {use: structure}
  - {use: entities, with: {model: none}}
"""


def write(name, text):
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)


def records(count):
    for number in range(count):
        text = f"Talks in Nairobi, Kenya.\n\n\nMr. Otieno Odinga left for town {number % 7}.\n"
        if number % 11 == 3:
            text = "too short"
        elif number % 13 == 5:
            text += "This is unwanted.\n"
        elif number % 17 == 2:
            text += "This is really not there.\n"
        yield {"id": f"d{number}", "text": text, "metadata": {"loud": number % 2 == 0}}


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(part) for key, part in value.items() if key not in TIMES}
    return [without_times(part) for part in value] if isinstance(value, list) else value


def run(pipeline, *flags, status=FINE, out="out.jsonl"):
    done = subprocess.run([QUERN, "run", pipeline, "in.jsonl", "-o", out, *flags],
                          env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    assert done.returncode == status, (flags, done.returncode, done.stderr)
    return done.stderr


def statistics(pipeline, jobs, status=FINE):
    subprocess.run(["rm", "-rf", "quarantine"], check=True)
    messages = run(pipeline, "--stats", "stats.json", "--jobs", str(jobs), status=status)
    with open("stats.json", encoding="utf-8") as file:
        return json.load(file), messages


def check_sums(stats):
    documents = stats["documents"]
    assert documents["read"] == \
        documents["written"] + documents["dropped"] + documents["failed"], documents
    before = documents["read"]
    for step in stats["steps"]:
        assert step["in"] + step["skipped"] == before, (step, before)
        assert step["in"] == step["out"] + step["dropped"] + step["failed"], step
        assert sum(row["count"] for row in step["reasons"]) == step["dropped"], step
        before = step["out"] + step["skipped"]
    assert len(stats["quarantine"]) == documents["failed"]


def check_equal(pipeline, jobs, status=FINE):
    """The figures, which are those of each number of workers."""
    stats = [statistics(pipeline, number, status)[0] for number in jobs]
    for number, one in zip(jobs, stats):
        assert without_times(one) == without_times(stats[0]), (number, one, stats[0])
    return stats[0]


def check_plain():
    lines = list(records(400))
    write("in.jsonl", "".join(json.dumps(record) + "\n" for record in lines))
    write("plain.yaml", PIPELINE)
    stats = check_equal("plain.yaml", (0, 1, 2, 7))
    check_sums(stats)
    squeeze, filters, loud = stats["steps"][:3]
    with open("out.jsonl", encoding="utf-8") as file:
        written = [json.loads(line) for line in file]
    assert stats["pipeline"] == "statistics" and stats["status"] == 0
    assert stats["documents"]["read"] == 400 and stats["documents"]["written"] == len(written)
    assert stats["bytes"]["read"] == os.path.getsize("in.jsonl") - 400      # less the line ends
    assert stats["bytes"]["written"] == os.path.getsize("out.jsonl")
    assert squeeze["bytes_in"] == sum(len(record["text"]) for record in lines)
    assert squeeze["bytes_out"] == filters["bytes_in"] < squeeze["bytes_in"]
    assert [row["rule"] for row in squeeze["rules"]] == ["blank-run"], squeeze
    assert squeeze["rules"][0]["count"] == 2 * sum("\n\n\n" in record["text"] for record in lines)
    assert {row["reason"] for row in filters["reasons"]} == \
        {"fewer than 3 words", "'unwanted' occurs", "'really not' occurs"}, filters
    assert loud["skipped"] and loud["in"], loud
    spans = [(span["layer"], span["label"]) for record in written for span in record["spans"]]
    for row in stats["spans"]:
        assert row["count"] == spans.count((row["layer"], row["label"])), row
        assert row["step"] == ("entities" if row["layer"] == "entity" else "structure"), row
    assert sum(row["count"] for row in stats["spans"]) == len(spans)
    names = [(span["label"], span["text"]) for record in written for span in record["spans"]
             if span["layer"] == "entity"]
    assert stats["names"] and ("LOC", "Nairobi") in names
    for row in stats["names"]:
        assert (row["count"], row["error"]) == (names.count((row["label"], row["text"])), 0), row
    assert sum(row["count"] for row in stats["names"]) == len(names)


def check_crashes():
    """Documents whose worker died, and those that a stage failed on, count once at each step."""
    write("crash.yaml", PIPELINE.replace("neverthere", "town 3"))
    stats = check_equal("crash.yaml", (1, 2, 7), status=DATA)
    check_sums(stats)
    squeeze, _, loud = stats["steps"][:3]
    assert squeeze["in"] == 400 and loud["failed"] > 10, loud
    for row in stats["quarantine"]:
        assert row["step"] == "loud" and row["place"]["file"] == "in.jsonl", row
        assert os.path.exists(row["record"]) and row["record"] in row["command"], row
        assert "messages" not in row


def check_held():
    write("held.yaml", "name: held\nstages: [{use: hold}, {use: filter, with: {min_words: 3}}]\n")
    stats = check_equal("held.yaml", (0, 1, 4))
    hold = stats["steps"][0]
    assert (hold["in"], hold["held"], hold["out"]) == (400, 400, 400), hold
    assert stats["documents"]["dropped"] > 10


def check_told():
    """The table goes to standard error, where nothing is to stand with --quiet."""
    messages = run("held.yaml", "--stats", "stats.json")
    assert "dropped by filter:\n" in messages and "400 documents read" in messages, messages
    assert run("held.yaml", "--stats", "stats.json", "--quiet") == ""
    assert "cannot" in run("held.yaml", "--stats", "no/such/folder", status=IO)


check_plain()
check_crashes()
check_held()
check_told()
