#!/usr/bin/env python3
"""What the stage format writes, the stage import reads: random documents come back the same. What is
not in a format is refused, with the line. QUERN_SEED repeats a run."""
import json
import os
import random
import subprocess
import time

QUERN = os.environ["QUERN"]
SEED = int(os.environ.get("QUERN_SEED", time.time()))
WORDS = ["a", "Foo", "12", "<b>", "|", "\\", "_", "-", "é", "😀", "B-X", "O", "#", "\u202e", "]]>", "%"]
SPACES = ["", " ", " ", " ", "\n", "  ", "\t", "\n\n", " |", "\\s"]
print(f"QUERN_SEED={SEED}")
RANDOM = random.Random(SEED)


def make_document(number):
    text, tokens = RANDOM.choice(["", " ", "\n"]), []
    for _ in range(RANDOM.randrange(1, 30)):
        word = RANDOM.choice(WORDS) + RANDOM.choice(["", "x"])
        tokens.append((len(text), len(text) + len(word)))
        text += word + RANDOM.choice(SPACES)
    spans = [{"layer": "token", "label": "word", "start": begin, "end": end} for begin, end in tokens]
    at = 0
    while at < len(tokens):
        end = min(len(tokens), at + RANDOM.randrange(1, 12))
        spans.append({"layer": "sentence", "label": "sentence", "start": tokens[at][0], "end": tokens[end - 1][1]})
        while at < end:
            last = min(end, at + RANDOM.randrange(1, 4))
            if RANDOM.random() < 0.4:
                spans.append({"layer": "entity", "label": RANDOM.choice(["PER", "LOC", "A-B"]),
                              "start": tokens[at][0], "end": tokens[last - 1][1]})
            at = last
    return {"id": f"d{number}.txt", "text": text, "spans": spans}


def stage(name, as_, data, *arguments):
    done = subprocess.run([QUERN, "stage", name, "--as", as_, *arguments], input=data, capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode()


def records(data):
    return [json.loads(line) for line in data.decode().split("\n")[:-1]]


def entities(record):
    return sorted((span["start"], span["end"], span["label"]) for span in record.get("spans", [])
                  if span["layer"] == "entity")


def check_round_trips():
    documents = [make_document(number) for number in range(200)]
    source = "".join(json.dumps(document) + "\n" for document in documents).encode()
    for name, reads in (("conll2003", "conll2003"), ("iob2", "conll2003"), ("conllu", "conllu")):
        status, written, error = stage("format", name, source, "--from", "jsonl")
        assert status == 0, error
        status, read, error = stage("import", reads, written, "--from", "text", "--to", "jsonl")
        assert status == 0, error
        status, again, error = stage("format", name, read, "--from", "jsonl")
        assert status == 0, error
        assert again == written, name
        assert len(records(read)) == len(documents)
        if name == "conllu":
            for before, after in zip(documents, records(read)):
                assert before["id"] == after["id"]
                assert before["text"].replace("\u202e", "\ufffd") == after["text"], (before, after)
                assert entities(before) == entities(after)
    status, written, error = stage("format", "brat", source, "--from", "jsonl")
    status, read, error = stage("import", "brat", written, "--from", "file", "--to", "jsonl")
    assert status == 0, error
    for before, after in zip(documents, records(read), strict=True):
        assert (before["id"], before["text"]) == (after["id"], after["text"])
        wanted = [(begin, end, label) for begin, end, label in entities(before)]
        assert wanted == entities(after), (wanted, entities(after))


def check_refusals():
    for as_, data, why in (
            ("conll2003", b"-DOCSTART-\n\na B-X\nb\n", "line 4: a token without a tag"),
            ("conllu", b"# text = a\n1\ta\n", "line 2: not ten columns"),
            ("brat", b"x" * 600, "not an archive")):
        status, out, error = stage("import", as_, data, "--from", "text", "--to", "jsonl")
        assert status == 65 and why in error and not out, (status, error)


def check_others():
    conll = b"U.N. NNP I-NP I-ORG\nJohn NNP I-NP B-ORG\n\nDoe NNP I-NP I-ORG\n"
    status, out, error = stage("import", "conll2003", conll, "--from", "text", "--to", "jsonl")
    record = records(out)[0]
    assert record["text"] == "U.N. John\nDoe\n"
    assert entities(record) == [(0, 4, "ORG"), (5, 9, "ORG"), (10, 13, "ORG")]
    tokens = [span for span in record["spans"] if span["layer"] == "token"]
    assert tokens[0]["attributes"] == {"xpos": "NNP", "chunk": "I-NP"}
    conllu = ("# newdoc id = x\n1-2\tvámonos\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n"
              "1\tvamos\tir\t_\t_\t_\t_\t_\t_\t_\n"
              "2\tnos\tnos\t_\t_\t_\t_\t_\t_\t_\n3\t.\t.\t_\t_\t_\t_\t_\t_\t_\n3.1\te\t_\t_\t_\t_\t_\t_\t_\t_\n\n")
    status, out, error = stage("import", "conllu", conllu.encode(), "--from", "text", "--to", "jsonl")
    assert status == 0 and records(out)[0]["text"] == "vámonos. ", (out, error)


check_round_trips()
check_refusals()
check_others()
