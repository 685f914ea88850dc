#!/usr/bin/env python3
"""Formats, read by the readers of their own worlds: csv, json, tarfile and codecs of Python, libxml2
with the elements of TEI that the format says it uses. Documents are hostile on purpose."""
import csv
import io
import json
import os
import re
import shutil
import subprocess
import tarfile

QUERN = os.environ["QUERN"]
RULES = os.path.join(os.environ["QUERN_SOURCE"], "tests", "e2e", "tei.rng")

SPANS = [("sentence", "sentence", 0, 16), ("sentence", "sentence", 17, 40), ("token", "word", 0, 4),
         ("token", "word", 5, 9), ("token", "punctuation", 9, 10), ("token", "word", 11, 13),
         ("token", "symbol", 14, 15), ("token", "word", 18, 21), ("token", "word", 22, 28),
         ("entity", "PERSON", 0, 9), ("entity", "LOC, <b>\t\"x\"", 11, 15), ("entity", "=1+1", 18, 28),
         ("block", "title", 0, 16), ("block", "list-item", 18, 28), ("block", "quote", 29, 36)]
TEXT = "Jané Du😀s. Öl €\n\n\"a, b]]>\r\nc\u2028<d>\u202e\x1b[31m\x00 &amp; ]]>"
DOCUMENTS = [{"id": "one.txt", "text": TEXT, "metadata": {"a": "<&>"}},
             {"id": "../a b\x1b/c", "text": TEXT}, {"id": "void", "text": ""}]
for document in DOCUMENTS[:2]:
    document["spans"] = [{"layer": layer, "label": label, "start": start, "end": end, "score": 0.25}
                         for layer, label, start, end in SPANS]
INPUT = "".join(json.dumps(document) + "\n" for document in DOCUMENTS).encode()
ENTITIES = [span for span in SPANS if span[0] == "entity"]


def render(*arguments, text=INPUT):
    done = subprocess.run([QUERN, "stage", "format", "--from", "jsonl", *arguments], input=text,
                          capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert b"\x1b" not in done.stdout or {"brat", "template"} & set(arguments)
    return done.stdout


def check_tables():
    for name, read in (
            ("csv", lambda text: csv.reader(io.StringIO(text, newline=""))),
            ("tsv", lambda text: (line.split("\t") for line in text.split("\n")[:-1]))):
        rows = list(read(render("--as", name).decode()))
        assert rows[0][:6] == ["document", "layer", "label", "start", "end", "text"]
        assert all(len(row) == 9 for row in rows) and len(rows) == 1 + 2 * len(SPANS)
        assert {(row[1], int(row[3]), int(row[4])) for row in rows[1:]} == \
            {(layer, start, end) for layer, _, start, end in SPANS}
        assert {row[6] for row in rows[1:]} == {"0.25"}
    bytes_row = list(csv.reader(io.StringIO(
        render("--as", "csv", "--layers", "entity", "--offsets", "bytes").decode())))[1]
    assert bytes_row[3:6] == ["0", "13", "Jané Du😀s"], bytes_row


def check_annotations():
    pages = json.loads(render("--as", "annotations"))
    assert [page["type"] for page in pages] == ["AnnotationPage"] * 3
    for page in pages:
        assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
        assert re.fullmatch(r"urn:quern:[A-Za-z0-9._~/%-]+", page["id"])
        for item in page["items"]:
            position, quotation = item["target"]["selector"]
            assert item["type"] == "Annotation" and item["body"][0]["type"] == "TextualBody"
            assert TEXT[position["start"]:position["end"]] == quotation["exact"]
            assert quotation["prefix"] == TEXT[:position["start"]][-len(quotation["prefix"]):] or \
                not quotation["prefix"]
            assert TEXT[position["end"]:].startswith(quotation["suffix"])
    assert [item["body"][0]["value"] for item in pages[0]["items"]] == [e[1] for e in ENTITIES]


def check_spacy():
    one = json.loads(render("--as", "spacy"))[0]
    paragraph = one["paragraphs"][0]
    assert paragraph["raw"] == TEXT
    tokens = [token for sentence in paragraph["sentences"] for token in sentence["tokens"]]
    assert [token["ner"] for token in tokens[:5]] == ["B-PERSON", "L-PERSON", "O"] + \
        [prefix + ENTITIES[1][1] for prefix in ("B-", "L-")]
    assert [token["id"] for token in tokens] == list(range(7))
    assert "".join(token["orth"] + token["space"] for token in tokens[:3]) == "Jané Du😀s. "


def check_dolma():
    lines = [json.loads(line) for line in render("--as", "dolma").decode().split("\n")[:-1]]
    assert [line["id"] for line in lines] == [document["id"] for document in DOCUMENTS]
    assert lines[0]["attributes"] == {
        f"quern__entity__{label}": [[start, end, 0.25]] for _, label, start, end in ENTITIES}
    assert lines[2]["attributes"] == {}


def check_brat():
    with tarfile.open(fileobj=io.BytesIO(render("--as", "brat"))) as archive:
        names = archive.getnames()
        files = {name: archive.extractfile(name).read().decode() for name in names}
    assert names[:2] == ["one.ann", "one.txt"] and names[4:] == ["void.ann", "void.txt"], names
    assert not any(".." in name or "\x1b" in name or name.startswith("/") for name in names)
    assert files["one.txt"] == TEXT and files["void.ann"] == ""
    for line, (_, _, start, end) in zip(files["one.ann"].split("\n"), ENTITIES, strict=False):
        number, where, text = line.split("\t")
        pieces = [piece.split() for piece in where.split(" ", 1)[1].split(";")]
        assert int(pieces[0][0]) == start and int(pieces[-1][1]) <= end
        if "\u2028" not in TEXT[start:end]:
            assert text == " ".join(TEXT[int(b):int(e)] for b, e in pieces), (number, text)


def check_archive():
    with tarfile.open(fileobj=io.BytesIO(render("--as", "html", "--archive"))) as archive:
        pages = [archive.extractfile(member).read() for member in archive.getmembers()]
    assert all(page.startswith(b"<!DOCTYPE") and page.endswith(b"</html>\n") for page in pages)
    if shutil.which("tar"):
        subprocess.run(["tar", "-xf", "-"], input=render("--as", "webanno", "--archive",
                       text=INPUT.splitlines(True)[2]), check=True)
        assert os.path.exists("void.tsv")


def check_webanno():
    lines = render("--as", "webanno", text=INPUT.splitlines(True)[0]).decode().split("\n")
    units = TEXT.encode("utf-16-le", "surrogatepass")
    rows = [line.split("\t") for line in lines[4:] if line and not line.startswith("#Text=")]
    for row in rows:
        begin, end = map(int, row[1].split("-"))
        assert units[2 * begin:2 * end].decode("utf-16-le") .replace("\r\n", "\\n") == row[2], row
    assert [row[4] for row in rows][:4] == ["PERSON[1]", "PERSON[1]", "_", 'LOC, <b\\> "x"[2]']


def check_columns():
    for name, columns, separator in (("iob2", 2, "\t"), ("conll2003", 4, " ")):
        lines = render("--as", name).decode().split("\n")
        assert all(len(line.split(separator)) == columns for line in lines if line)
        assert sum(line.startswith("-DOCSTART-") for line in lines) == 3
        assert [line.split(separator)[-1] for line in lines[2:4]] == ["B-PERSON", "I-PERSON"]


def check_conllu():
    text = ""
    for line in render("--as", "conllu").decode().split("# newdoc")[1].split("\n"):
        if "\t" not in line:
            continue
        cells = line.split("\t")
        assert len(cells) == 10
        misc = dict(pair.split("=", 1) for pair in cells[9].split("|")) if cells[9] != "_" else {}
        after = misc.get("SpacesAfter", "" if misc.get("SpaceAfter") == "No" else "\\s")
        for escape, char in ("\\s", " "), ("\\t", "\t"), ("\\n", "\n"), ("\\p", "|"):
            after = after.replace(escape, char)
        text += cells[1] + after
    assert text[:20] == TEXT[:20], (text, TEXT)


def lint(document, *arguments):
    subprocess.run(["xmllint", "--noout", "--nonet", *arguments, "-"], input=document, check=True)


def check_xml():
    import xml.etree.ElementTree as tree
    documents = tree.fromstring(render("--as", "xml"))
    text = documents[0].find("text").text
    assert text == re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", TEXT), text
    assert [(span.get("layer"), span.get("label"), int(span.get("start")), int(span.get("end")))
            for span in documents[0].findall("span")] == sorted_as(SPANS)
    if shutil.which("xmllint"):
        lint(render("--as", "xml"))
        lint(render("--as", "tei"), "--relaxng", RULES)
        article = subprocess.run([QUERN, "run", os.environ["QUERN_SOURCE"] + "/pipelines/news.yaml",
                                  os.environ["QUERN_SOURCE"] + "/articles/harbour.txt"],
                                 capture_output=True, check=True).stdout
        lint(render("--as", "tei", text=article), "--relaxng", RULES)
    corpus = tree.fromstring(render("--as", "tei"))
    names = [name.text for name in corpus.iter("{http://www.tei-c.org/ns/1.0}persName")]
    assert names == ["Jané Du😀s"] * 2, names


def sorted_as(spans):
    layers = list(dict.fromkeys(span[0] for span in spans))
    return sorted(spans, key=lambda span: (layers.index(span[0]), span[2], -span[3]))


def check_template():
    with open("page.mustache", "w", encoding="utf-8") as file:
        file.write("<h1 id=\"{{id}}\">{{metadata.a}}{{^metadata.a}}none{{/metadata.a}}</h1>\n"
                   "{{! the names }}\n{{#entity}}\n  {{label}}@{{start}}: {{text}}\n{{/entity}}\n"
                   "{{&id}}\n")
    out = render("--as", "template", "--template", "page.mustache").decode()
    assert out.startswith('<h1 id="one.txt">&lt;&amp;&gt;</h1>\n  PERSON@0: Jané Du😀s\n'), out
    assert '  LOC, &lt;b&gt;\t&quot;x&quot;@11' in out
    assert out.endswith('<h1 id="void">none</h1>\nvoid\n')
    for wrong in "{{#a}}", "{{/a}}", "{{a", "{{}}", "{{>a}}", "{{#a}}{{#b}}{{/a}}{{/b}}":
        with open("wrong.mustache", "w", encoding="utf-8") as file:
            file.write("\n" + wrong)
        done = subprocess.run([QUERN, "stage", "format", "--as", "template", "--template",
                               "wrong.mustache"], input=b"", capture_output=True)
        assert done.returncode == 78 and b"wrong.mustache:2: " in done.stderr, done.stderr


for check in (check_tables, check_annotations, check_spacy, check_dolma, check_brat, check_archive,
              check_webanno, check_columns, check_conllu, check_xml, check_template):
    check()
