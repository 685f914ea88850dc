#!/usr/bin/env python3
"""quern explain over random texts: the terminal gets no escape of theirs, and in the data of the page,
what lies between two changes is the same in source and result. QUERN_SEED repeats a run."""
import json
import os
import random
import re
import subprocess
import time

QUERN = os.environ["QUERN"]
NEWS = os.path.join(os.environ["QUERN_SOURCE"], "pipelines", "news.yaml")
SEED = int(os.environ.get("QUERN_SEED", time.time()))
PIECES = ["word", "The ferry left", "  ", "\t", "\n", "\n\n", "\r\n", "- 1 -", "Page 1 of 2", "\x0c", "\ufeff",
          "\u00ad", "\u200b", "é", "e\u0301", "“x”", "😀", "hy-\nphen", "\x00", "\x1b[31m", "CHAPTER ONE", "12"]
print(f"QUERN_SEED={SEED}")
RANDOM = random.Random(SEED)


def make_text():
    pieces = (RANDOM.choice(PIECES) + RANDOM.choice(["", " ", "\n"]) for _ in range(RANDOM.randrange(1, 120)))
    data = "".join(pieces).encode()
    invalid = bytes([RANDOM.randrange(128, 256)]) if RANDOM.random() < 0.3 else b""
    return data[:50] + invalid + data[50:]


def explain(*arguments):
    return subprocess.run([QUERN, "explain", NEWS, "random.txt", *arguments], capture_output=True,
                          check=True).stdout


def units(text):
    return text.encode("utf-16-le")


def check_page(page, raw):
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S).group(1))
    source = units(data["stages"][0]["text"])
    for stage in data["stages"][1:]:
        if "text" not in stage:
            continue
        result, at, source_at = units(stage["text"]), 0, 0
        for begin, end, source_begin, source_end, byte_begin, byte_end, _, _ in stage["changes"]:
            assert result[2 * at:2 * begin] == source[2 * source_at:2 * source_begin] or source_begin < source_at
            assert 0 <= byte_begin <= byte_end <= len(raw)
            at, source_at = end, source_end
        assert result[2 * at:] == source[2 * source_at:]


for _ in range(40):
    text = make_text()
    with open("random.txt", "wb") as file:
        file.write(text)
    assert b"\x1b" not in explain()
    check_page(explain("--html").decode(), text)
