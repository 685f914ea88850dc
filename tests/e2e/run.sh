#!/bin/sh
# quern run: inputs, formats, output, errors of both.
set -u
failures=0
unset QUERN_PLUGIN_PATH

complain()
{
    echo "FAIL $*"
    failures=$((failures + 1))
}

# same NAME EXPECTED FILE: the file holds just that, printf escapes allowed.
same()
{
    # shellcheck disable=SC2059 # escapes are wanted
    printf "$2" >expected
    cmp -s expected "$3" || { complain "$1"; diff expected "$3"; }
}

# gives NAME STATUS COMMAND...: out and err are kept
gives()
{
    name=$1 wanted=$2
    shift 2
    "$@" >out 2>err
    status=$?
    [ "$status" -eq "$wanted" ] || { complain "$name: status $status, not $wanted"; cat err; }
}

cat >squeeze.yaml <<'END'
name: squeeze
stages:
  - use: template
    with: {keep: 0}
END
printf 'a\n\n\nb\n' >one.txt
printf 'c\n\n\nd\n' >two.txt
printf '{"id":"x","text":"e\\n\\n\\nf\\n","more":[1]}\n{"id":"y","text":""}\n' >three.jsonl

gives 'standard input' 0 "$QUERN" run squeeze.yaml <one.txt
same 'text in gives text out' 'a\nb\n' out
gives 'a dash' 0 "$QUERN" run squeeze.yaml two.txt - <one.txt
same 'inputs in the order given' 'c\nd\na\nb\n' out
gives 'JSON Lines' 0 "$QUERN" run squeeze.yaml three.jsonl
python3 - <<'END' || complain 'JSON Lines in give JSON Lines out'
import json
records = [json.loads(line) for line in open("out")]
assert [r["text"] for r in records] == ["e\nf\n", ""], records
assert records[0]["id"] == "x" and records[0]["more"] == [1]
assert records[0]["edits"][0]["origin"] == [2, 4], records
END
mkdir -p folder/inner
cp two.txt folder/inner/z.txt
cp one.txt folder/b.txt
printf 'hidden' >folder/.hidden
gives 'a folder' 0 "$QUERN" run squeeze.yaml folder
same 'a folder, sorted' 'a\nb\nc\nd\n' out
gives '--to' 0 "$QUERN" run squeeze.yaml --to text three.jsonl
same '--to text' 'e\nf\n' out
gives '--to jsonl' 0 "$QUERN" run squeeze.yaml --to jsonl one.txt
grep -q '^{"id":"one.txt","text":"a\\nb\\n"' out || complain '--to jsonl'
gives '--from' 0 "$QUERN" run squeeze.yaml --from text three.jsonl
cmp -s three.jsonl out || complain '--from text takes a file as it is'

gives 'nothing' 0 "$QUERN" run squeeze.yaml /dev/null
same 'an empty input' '' out

# Output that gets its name at the end.
gives '--output' 0 "$QUERN" run squeeze.yaml -o named.txt one.txt
same '--output' 'a\nb\n' named.txt
same '--output leaves standard output alone' '' out
gives 'a full disk' 74 "$QUERN" run squeeze.yaml -o /dev/full one.txt
grep -q 'No space left' err || complain 'a full disk is named'
"$QUERN" run squeeze.yaml one.txt >/dev/full 2>err
[ $? -eq 74 ] || complain 'standard output on a full disk'
gives 'no such folder' 74 "$QUERN" run squeeze.yaml -o no/such/folder one.txt

# Inputs that cannot be read are told, and the rest is done.
gives 'a missing input' 74 "$QUERN" run squeeze.yaml missing.txt one.txt
same 'the other input' 'a\nb\n' out
grep -q '^missing.txt: error:' err || complain 'a missing input is named'

# A reader that goes away ends the run quietly.
i=0
while [ $i -lt 20000 ]; do
    echo '{"text":"a line of some length, so that the pipe fills up and the writer has to wait"}'
    i=$((i + 1))
done >many.jsonl
{ "$QUERN" run squeeze.yaml many.jsonl 2>err; echo $? >status; } | head -c1 >out
same 'a closed pipe: status' '0\n' status
same 'a closed pipe: silence' '' err

# A pipeline that is wrong runs nothing.
printf 'name: wrong\nstages: [{use: template, with: {kepe: 1}}]\n' >wrong.yaml
gives 'a wrong pipeline' 78 "$QUERN" run wrong.yaml -o not-made.txt one.txt
[ ! -e not-made.txt ] || complain 'a wrong pipeline makes no output'
grep -q '^wrong.yaml:2:33: error:' err || { complain 'a mistake has a place'; cat err; }

# check and test.
gives 'check' 78 "$QUERN" check squeeze.yaml wrong.yaml
same 'check' 'squeeze.yaml: ok\n' out
gives 'check -q' 0 "$QUERN" check -q squeeze.yaml
same 'check -q' '' out
cat squeeze.yaml - >tested.yaml <<'END'
tests:
  - name: right
    input: "a\n\nb\n"
    expect: {text: "a\nb\n"}
  - name: wrong
    input: "a\n\nb\n"
    expect: {text: "a\nc\n"}
END
gives 'test' 65 "$QUERN" test tested.yaml
same 'test' 'ok   tested.yaml:6: right\nFAIL tested.yaml:9: wrong\n  the text is not as expected:
      a\n    - c\n    + b\n1 passed, 1 failed\n' out
gives 'test of a wrong file' 78 "$QUERN" test wrong.yaml

# The table counts what was copied: by a step that edits the whole text once, by one that does not
# nothing.
cat >two-steps.yaml <<'END'
name: two-steps
stages:
  - {use: template, label: edits, with: {keep: 0}}
  - {use: template, label: leaves}
END
gives '--verbose' 0 "$QUERN" run two-steps.yaml -v one.txt
awk '$1 == "edits" && $8 == 6 && $9 == 4 { a = 1 } $1 == "leaves" && $8 == 4 && $9 == 0 { b = 1 }
    END { exit !(a && b) }' err || { complain 'bytes copied'; cat err; }

exit $((failures > 0))
