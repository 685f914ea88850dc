#!/bin/sh
# quern blame: a line with source, bytes, step and rule.
set -eu
tab=$(printf '\t')
printf '{"id":"x","text":"x"}\n{"id":"a","text":"\303\251 b  c","source":"a\\tb.txt","edits":[%s,%s]}\n' \
    '{"start":1,"end":2,"origin":[2,5],"stage":"tidy","rule":"spaces"}' \
    '{"start":4,"end":4,"origin":[7,9],"stage":"page","rule":"mark"}' >a.jsonl

# blamed EXPECTED ARGUMENT...
blamed()
{
    expected=$1
    shift
    actual=$("$QUERN" blame a.jsonl "$@")
    [ "$actual" = "$expected" ] || { echo "blame $*: $actual"; exit 1; }
}

name="a${tab}b.txt"
blamed "$name${tab}0${tab}2${tab}-${tab}copied" --id a --at 0
blamed "$name${tab}2${tab}5${tab}tidy${tab}spaces" --id a --at 1
blamed "$name${tab}5${tab}6${tab}-${tab}copied" --id a --at 2
blamed "$name${tab}9${tab}10${tab}-${tab}copied" --id a --at 4
blamed "$name${tab}0${tab}2${tab}-${tab}copied
$name${tab}2${tab}5${tab}tidy${tab}spaces
$name${tab}5${tab}7${tab}-${tab}copied
$name${tab}7${tab}9${tab}page${tab}mark
$name${tab}9${tab}10${tab}-${tab}copied" --id a --at 0-5
blamed "x${tab}0${tab}1${tab}-${tab}copied" --at 0

# refused STATUS ARGUMENT...
refused()
{
    wanted=$1 status=0
    shift
    "$QUERN" blame "$@" >out 2>err || status=$?
    if [ "$status" -ne "$wanted" ] || [ ! -s err ] || [ -s out ]; then
        echo "status $status: $*"
        exit 1
    fi
}

refused 64 a.jsonl
for place in '' x -1 3-2 3-3 1- 99999999999999999999; do refused 64 a.jsonl --at "$place"; done
refused 65 a.jsonl --at 1
refused 65 a.jsonl --id none --at 0
refused 74 none.jsonl --at 0
echo '{"text":1}' >bad.jsonl
refused 65 bad.jsonl --at 0
