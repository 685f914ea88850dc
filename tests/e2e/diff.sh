#!/bin/sh
# quern diff: documents, texts, metadata and spans that two runs do not have in common.
set -eu
span() { printf '{"layer":"entity","label":"LOC","start":%d,"end":%d}' "$1" "$2"; }
cat >a.jsonl <<END
{"id":"same","text":"x","metadata":{"n":1}}
{"id":"gone","text":"x"}
{"id":"text","text":"one\ntwo\nthree\n","spans":[$(span 4 7)]}
{"id":"meta","text":"x","metadata":{"a":1,"b":2}}
{"id":"spans","text":"Oslo Rome","spans":[$(span 0 4)]}
END
edit='{"start":4,"end":5,"origin":[4,4],"stage":"s","rule":"r"}'
cat >b.jsonl <<END
{"id":"same","text":"x","metadata":{"n":1}}
{"id":"new","text":"x"}
{"id":"text","text":"one\n2two\nthree\n","spans":[$(span 5 8)],"edits":[$edit]}
{"id":"meta","text":"x","metadata":{"b":3,"a":1}}
{"id":"spans","text":"Oslo Rome","spans":[$(span 5 9)]}
END

status=0
"$QUERN" diff a.jsonl b.jsonl >out || status=$?
[ "$status" -eq 1 ]
cat >expected <<'END'
=== - gone
=== + new
=== text
      one
    - two
    + 2two
      three
=== meta
    - metadata.b: 2
    + metadata.b: 3
=== spans
    - entity LOC [0,4) "Oslo"
    + entity LOC [5,9) "Rome"
4 documents in both, 3 of them differ; 1 only in the first, 1 only in the second
END
diff expected out

"$QUERN" diff a.jsonl a.jsonl >out
[ "$(cat out)" = '5 documents in both, 0 of them differ; 0 only in the first, 0 only in the second' ]
status=0
"$QUERN" diff --quiet a.jsonl b.jsonl >out || status=$?
[ "$status" -eq 1 ] && [ ! -s out ]
status=0
"$QUERN" diff a.jsonl none.jsonl >out 2>err || status=$?
[ "$status" -eq 74 ] && [ -s err ]
status=0
"$QUERN" diff a.jsonl - >out 2>err || status=$?
[ "$status" -eq 64 ]
