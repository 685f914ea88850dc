#!/bin/sh
# quern explain: a difference for each step, without colours where there is no terminal, and a page
# that holds the document in data that no document can break out of.
set -eu
cat >clean.yaml <<'END'
name: clean
stages:
  - use: cleanup
  - use: depaginate
  - use: filter
    with: {min_length: 5}
  - use: format
END
printf '\357\273\277The ferry left \t at noon,\n\n- 1 -\n\nwith all \033[31mhands </script><b>.\nPage 1 of 2\n' >a.txt

"$QUERN" explain clean.yaml a.txt >out
grep -q '^=== cleanup: [1-9][0-9]* change' out
grep -q '^@@ line 1: byte-order-mark' out
grep -q '^-<U+FEFF>The ferry' out
grep -q '^+The ferry' out
grep -q '^=== filter: 0 changes' out
if grep -q -e 'format' -e "$(printf '\033')" out; then exit 1; fi

# A document that ends on its way; a record; a text that is not UTF-8; an input without any.
printf 'x\n' | "$QUERN" explain clean.yaml - | grep -q '^=== filter: dropped: '
printf '{"id":"r","text":"a\\n\\n- 2 -\\n\\nb c d e f g"}\n' >r.jsonl
"$QUERN" explain clean.yaml r.jsonl | grep -q '^=== cleanup: '
printf 'caf\351 au lait, si possible\n' >latin.txt
"$QUERN" explain clean.yaml latin.txt | grep -q '^-caf<E9> au'
: >empty.jsonl
status=0
"$QUERN" explain clean.yaml empty.jsonl 2>err || status=$?
[ "$status" -eq 65 ] && grep -q 'no document' err
status=0
"$QUERN" explain clean.yaml no-such-file 2>err || status=$?
[ "$status" -eq 74 ]

"$QUERN" explain clean.yaml a.txt --html -o a.html
[ "$(grep -c '</script>' a.html)" -eq 2 ]
python3 - <<'END'
import json, re
page = open("a.html", encoding="utf-8").read()
data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S).group(1))
assert [stage["label"] for stage in data["stages"]] == ["source", "cleanup", "depaginate", "filter"]
source = data["stages"][0]["text"]
raw = open("a.txt", "rb").read()
for begin, end, source_begin, source_end, byte_begin, byte_end, stage, rule in data["stages"][1]["changes"]:
    assert source[source_begin:source_end].encode() == raw[byte_begin:byte_end]
    assert (stage, bool(rule)) == ("cleanup", True)
code = re.sub(r"<script type.*?</script>", "", page, flags=re.S)
assert not re.search(r"[a-z]://|url\(|@import|src=|fetch\(", code)
END
