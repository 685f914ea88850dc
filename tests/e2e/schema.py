#!/usr/bin/env python3
"""The JSON Schema says of a pipeline what `quern check` says, wherever a schema can.

Each case is a piece of a pipeline file; both have to accept it, or both to refuse it. What only the
program can know stands apart, so that a reader sees how far the schema goes.
"""
import glob
import json
import os
import re
import subprocess
import sys

try:
    import jsonschema
    import yaml
except ImportError:
    print("skipped: the Debian packages python3-jsonschema and python3-yaml are not installed")
    sys.exit(77)

QUERN = os.environ["QUERN"]
SOURCE = os.environ["QUERN_SOURCE"]
os.environ["WORD"] = "4"


class Core(yaml.SafeLoader):
    """YAML with the core schema of 1.2, as editors read it."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789")),
]:
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), first)
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value, 10))
Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))

HEAD = "name: t\nstages: [{use: cleanup}]\n"
TEST = HEAD + "tests: [{name: a, %s}]\n"
STEPS = "name: t\nenv: [WORD]\nstages: [%s]\n"


def with_options(options):
    return STEPS % ("{use: filter, with: {%s}}" % options)


RIGHT = [
    HEAD,
    *map(with_options, [
        "min_words: 5", "min_words: '5'", "min_words: +5", "min_words: '${WORD}'",
        "min_letters: 0.5", "min_letters: '.5'", "min_letters: 1", "min_letters: 5e-1",
        "keep: one", "keep: [one]", "keep: [one, 2, true]", "keep: []", "drop: '${WORD}'", "",
    ]),
    *[STEPS % step for step in [
        "{use: cleanup, with: {tabs: spaces}}", "{use: cleanup, with: {trailing_space: true}}",
        "{use: cleanup, with: {trailing_space: 'false'}}",
        "{use: cleanup, with: {trailing_space: False}}",
        "{use: cleanup, with: {trailing_space: 'TRUE'}}",
        "{use: structure, with: {layers: token}}", "{use: structure, with: {layers: [token]}}",
        "{use: set, with: {metadata: {a: 1, b: [x, {c: null}]}}}",
        "{use: format}", "{use: cleanup}, {use: format, with: {as: html}}",
        "{use: format, on_error: stop}", "{use: cleanup, on_error: pass}",
        "{use: cleanup, label: 5}", "{use: cleanup, when: length > 5}", "{use: cleanup, when: true}",
        *["{use: cleanup, limits: {time: %s}}" % time
          for time in ["5", "5s", "'5'", "500 ms", "0.5", ".5", "1.5h", "1e3", "2m", "604800"]],
        *["{use: cleanup, limits: {memory: %s}}" % size
          for size in ["1", "64MiB", "1 GB", "1e9", "0.5kB", "2000B"]],
        "{use: cleanup, limits: {}}",
    ]],
    HEAD + "env: HOME\n", HEAD + "env: [HOME, WORD]\n", HEAD + "summary: 5\n",
    HEAD + "input: {from: jsonl}\noutput: {to: text, offsets: utf16}\n",
    *[TEST % test for test in [
        "input: x, expect: {text: x}", "input: 5, expect: {text: ''}",
        "record: {text: x}, expect: {metadata: {a: 1}}", "record: '{\"text\": \"x\"}', expect: {text: x}",
        "input: x, expect: {dropped: true}", "input: x, expect: {failed: a part of it}",
        "input: x, expect: {spans: [{layer: a}], no_spans: [{label: b, text: c}]}",
    ]],
]

WRONG = [
    "[]", "name: t", "stages: [{use: cleanup}]", "name: t\nstages: []\n", HEAD + "stage: []\n",
    "name: ''\nstages: [{use: cleanup}]\n", "name:\nstages: [{use: cleanup}]\n",
    "name: [t]\nstages: [{use: cleanup}]\n", "name: t\nstages: {use: cleanup}\n",
    *map(with_options, [
        "min_words: five", "min_words: -1", "min_words: 5.5", "min_words: '5.5'", "min_words: ''",
        "min_words: [5]", "min_words: true", "min_words: ", "min_words: '$${WORD}'",
        "min_letters: 2", "min_letters: half", "keep: {a: b}", "keep: [[a]]", "keep: [null]",
        "no_such_option: 1",
    ]),
    *[STEPS % step for step in [
        "cleanup", "{}", "{with: {}}", "{use: no-such-stage}", "{use: cleanup, wth: {}}",
        "{use: cleanup, with: }", "{use: cleanup, with: []}",
        "{use: cleanup, with: {tabs: tap}}", "{use: cleanup, with: {trailing_space: 'yes'}}",
        "{use: cleanup, with: {trailing_space: 1}}", "{use: structure, with: {layers: [tokens]}}",
        "{use: set, with: {metadata: [a]}}", "{use: set, with: {metadata: a}}",
        "{use: format}, {use: cleanup}", "{use: cleanup}, {use: format}, {use: format}",
        "{use: format, when: length > 5}", "{use: format, on_error: pass}",
        "{use: cleanup, on_error: ignore}", "{use: cleanup, on_error: '${WORD}'}",
        "{use: cleanup, label: ''}", "{use: cleanup, when: [a]}",
        *["{use: cleanup, limits: {time: %s}}" % time
          for time in ["5x", "-5", "0", "'-5s'", "five", "604801", "1.2.3", "''", "true", "5 s 6"]],
        *["{use: cleanup, limits: {memory: %s}}" % size
          for size in ["0", "64mib", "-1", "64 M", "0.5", "[1]"]],
        "{use: cleanup, limits: 5s}", "{use: cleanup, limits: {size: 5}}",
    ]],
    HEAD + "env: [a-b]\n", HEAD + "env: {A: b}\n", HEAD + "env: 5\n", HEAD + "summary: [a]\n",
    HEAD + "input: {from: xml}\n", HEAD + "output: {too: text}\n", HEAD + "output: jsonl\n",
    *[TEST % test for test in [
        "input: x", "expect: {text: x}", "input: x, record: {text: x}, expect: {text: x}",
        "record: x, expect: {text: x}", "record: [x], expect: {text: x}", "input: x, expect: {}",
        "input: x, expect: {dropped: false}", "input: x, expect: {dropped: true, text: x}",
        "input: x, expect: {failed: true, dropped: true}", "input: x, expect: {spans: [{}]}",
        "input: x, expect: {spans: {layer: a}}", "input: x, expect: {span: []}",
        "input: [x], expect: {text: x}", "input: x, expect: {metadata: x}",
    ]],
    HEAD + "tests: {name: a}\n",
]

# A schema sees neither the range of a number in quotes nor what is in two places at once, and it
# does not read conditions and patterns.
ONLY_CHECK_REFUSES = [
    with_options("min_words: '-1'"),
    with_options("keep: 'a(b'"),
    with_options("min_words: 5, max_words: 2"),
    with_options("min_words: 5.0"),
    "name: t\nstages: [{use: filter, with: {min_words: '${WORD}'}}]\n",
    STEPS % "{use: cleanup, label: a}, {use: cleanup, label: a}",
    STEPS % "{use: cleanup, when: length}",
    STEPS % "{use: entities}",
    STEPS % "{use: cleanup, limits: {time: 200h}}",
    HEAD + "env: [NO_SUCH_VARIABLE]\n",
    TEST % "record: '{', expect: {text: x}",
]


def checks(path):
    result = subprocess.run([QUERN, "check", "--quiet", path], capture_output=True, check=False)
    assert result.returncode in (0, 78), (path, result)
    return result.returncode == 0


def main():
    schema = json.loads(subprocess.check_output([QUERN, "schema"]))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = 0
    here = os.getcwd()

    def expect(path, by_schema, by_check):
        nonlocal failures
        with open(path, encoding="utf-8") as file:
            text = file.read()
        errors = list(validator.iter_errors(yaml.load(text, Core)))
        for who, found, wanted in (("schema", not errors, by_schema), ("check", checks(path), by_check)):
            if found != wanted:
                print("FAIL %s %s:\n%s" % (who, "accepts" if found else "refuses", text))
                print(*(error.message for error in errors), sep="\n")
                failures += 1

    files = glob.glob(SOURCE + "/pipelines/*.yaml") + glob.glob(SOURCE + "/plugins/*/cases/*/*.yaml")
    for path in files:      # files that a pipeline names are found from where it stands
        os.chdir(os.path.dirname(path))
        refused = os.path.exists("expected.status") and open("expected.status").read().strip() == "78"
        expect(path, True, not refused)
    os.chdir(here)
    for cases, by_schema, by_check in ((RIGHT, True, True), (WRONG, False, False),
                                       (ONLY_CHECK_REFUSES, True, False)):
        for case in cases:
            with open("case.yaml", "w", encoding="utf-8") as file:
                file.write(case)
            expect("case.yaml", by_schema, by_check)
    print(len(files) + len(RIGHT) + len(WRONG) + len(ONLY_CHECK_REFUSES), "cases,", failures, "failures")
    sys.exit(failures > 0)


main()
