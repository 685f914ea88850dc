#!/usr/bin/env python3
"""Learns gap_weights.c: where sentences end without a full stop.

    tools/train-gaps.py GAPS [--folds N] FILE.jsonl... > gap_weights.c

GAPS is the program structure_gaps of the build folder. Each line of a FILE is a document: `id`,
`text`, and under `gold` its `sentence`s, pairs of offsets in code points. The model is a logistic
regression over the features that gap.c finds, learned by AdaGrad (J. Duchi, E. Hazan, Y. Singer,
JMLR 12, 2011) with features dropped at random (S. Wager, S. Wang, P. Liang, NIPS 26, 2013) and the
weights of the later epochs averaged. The same input gives the same weights.

With --folds, the documents are parted into N sets by the hash of their id; each set is scored by a
model of the others, and the F1 of sentences is told in place of the weights.
"""
import argparse
import collections
import hashlib
import json
import math
import random
import re
import subprocess

EPOCHS, RATE, DROPPED, SCALE = 10, 0.1, 0.3, 16
WEIGHTS = 3176
THRESHOLD = -0.6


def load(program, paths):
    """Documents as lists of stretches (begin, end, [(place, features)]), and gold sentences."""
    gold = [json.loads(line) for path in paths for line in open(path, encoding="utf-8")]
    texts = "".join(document["text"] + "\0" for document in gold)
    run = subprocess.run([program], input=texts.encode(), capture_output=True, check=True)
    documents, stretches = [], []
    for line in run.stdout.decode().splitlines():
        kind, *numbers = line.split()
        numbers = list(map(int, numbers))
        if kind == "stretch":
            stretches.append((numbers[0], numbers[1], []))
        elif kind == "gap":
            stretches[-1][2].append((numbers[0], numbers[1:]))
        else:
            documents.append(with_gold(gold[len(documents)], stretches))
            stretches = []
    return documents


def with_gold(record, stretches):
    text = record["text"]
    offsets = [0]
    for character in text:
        offsets.append(offsets[-1] + len(character.encode()))
    sentences = set()
    for begin, end in record["gold"]["sentence"]:
        inner = text[begin:end]
        begin += len(inner) - len(inner.lstrip())
        end -= len(inner) - len(inner.rstrip())
        sentences.add((offsets[begin], offsets[end]))
    return {"id": record["id"], "bytes": text.encode(), "stretches": stretches, "gold": sentences}


def examples(documents):
    for document in documents:
        ends = {end for _, end in document["gold"]}
        for _, _, gaps in document["stretches"]:
            for place, features in gaps:
                yield features, place in ends


def learn(documents):
    data = list(examples(documents))
    weights, squares, sums = [0.0] * WEIGHTS, [1e-8] * WEIGHTS, [0.0] * WEIGHTS
    chance = random.Random(1)
    for epoch in range(EPOCHS):
        chance.shuffle(data)
        for features, ends in data:
            kept = [feature for feature in features if chance.random() >= DROPPED]
            score = sum(weights[feature] for feature in kept) / (1 - DROPPED)
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, score)))) - ends
            for feature in kept:
                squares[feature] += error * error
                weights[feature] -= RATE * error / math.sqrt(squares[feature])
        if epoch >= EPOCHS // 2:
            sums = [total + weight for total, weight in zip(sums, weights)]
    count = EPOCHS - EPOCHS // 2
    return [max(-127, min(127, round(total / count * SCALE))) for total in sums]


def trim(data, begin, end):
    while begin < end and data[begin:begin + 1].isspace():
        begin += 1
    while end > begin and data[end - 1:end].isspace():
        end -= 1
    return begin, end


def sentences_of(document, weights):
    for begin, end, gaps in document["stretches"]:
        for place, features in gaps:
            if weights and sum(weights[feature] for feature in features) > THRESHOLD * SCALE:
                yield trim(document["bytes"], begin, place)
                begin = place
        yield trim(document["bytes"], begin, end)


def fold_of(document, folds):
    return int(hashlib.sha256(document["id"].encode()).hexdigest(), 16) % folds


def cross_validate(documents, folds):
    """F1 of each document's source: the part of its id before the first '-' or '_'."""
    right = collections.Counter()
    for fold in range(folds):
        weights = learn([one for one in documents if fold_of(one, folds) != fold])
        for document in (one for one in documents if fold_of(one, folds) == fold):
            source = re.split("[-_]", document["id"])[0]
            for name, weighed in (("rules", None), ("model", weights)):
                found = set(sentences_of(document, weighed))
                for where in (source, "all"):
                    right[where, name, "both"] += 2 * len(found & document["gold"])
                    right[where, name, "sum"] += len(found) + len(document["gold"])
    for where in sorted({where for where, _, _ in right}):
        rules, model = (right[where, name, "both"] / right[where, name, "sum"]
                        for name in ("rules", "model"))
        print(f"{where:12} without the model {rules:.4f}, with it {model:.4f}")


def write(weights, paths):
    print("/* gap_weights.c - made by tools/train-gaps.py; see data/LICENSE.gaps. */")
    print('#include "gap.h"\n')
    print(f"const int gap_threshold = {round(THRESHOLD * SCALE)};\n")
    print("/* clang-format off */\nconst int8_t gap_weights[GAP_WEIGHTS] = {")
    for row in range(0, len(weights), 24):
        print("    " + ",".join(map(str, weights[row:row + 24])) + ",")
    print("};\n/* clang-format on */")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", metavar="GAPS")
    parser.add_argument("--folds", type=int)
    parser.add_argument("paths", metavar="FILE.jsonl", nargs="+")
    arguments = parser.parse_args()
    documents = load(arguments.program, arguments.paths)
    if arguments.folds:
        cross_validate(documents, arguments.folds)
    else:
        write(learn(documents), arguments.paths)


main()
