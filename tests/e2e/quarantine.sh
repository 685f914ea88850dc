#!/bin/sh
# Documents that fail: kept as they came, told, run again; on_error.
set -u
failures=0
unset QUERN_PLUGIN_PATH

complain()
{
    echo "FAIL $*"
    failures=$((failures + 1))
}

cat >strict.yaml <<'END'
name: strict
stages:
  - use: cleanup
    with: {on_invalid: fail}
END
printf 'good\n' >good.txt
printf 'bad \377\376 bytes\n' >bad.txt

"$QUERN" run strict.yaml bad.txt good.txt bad.txt >out 2>err
[ $? -eq 65 ] || complain 'the status is 65'
[ "$(cat out)" = good ] || complain 'the run goes on'
cmp -s quarantine/000001.record bad.txt || complain 'the record is kept as it came'
cmp -s quarantine/000002.record bad.txt || complain 'and the second one'
[ ! -e quarantine/000003.record ] || complain 'and no more'
grep -q '^bad.txt: error: \[cleanup\] .*kept as quarantine/000001.record' err ||
    { complain 'the failure is told'; cat err; }
python3 - <<'END' || complain 'the report'
import json
report = json.load(open("quarantine/000001.json"))
assert report["id"] == "bad.txt", report
assert report["place"] == {"file": "bad.txt", "byte": 0, "line": 1}, report
assert report["stage"] == report["step"] == "cleanup" and report["version"], report
assert report["reason"], report
END
command=$(python3 -c 'import json; print(json.load(open("quarantine/000001.json"))["command"])')
sh -c "\"\$QUERN\" ${command#quern}" >out 2>err
[ $? -eq 65 ] || complain "the command reproduces it: $command"
cmp -s quarantine/000003.record bad.txt || complain 'numbers go on behind those of earlier runs'

# A record that cannot be read has a place of its own.
printf '{"text":"one"}\n{"text":two}\n{"text":"three"}\n' >records.jsonl
"$QUERN" run strict.yaml --quarantine kept records.jsonl --to text >out 2>err
[ $? -eq 65 ] || complain 'an unreadable record'
grep -q '^records.jsonl:2:9: error:' err || { complain 'its place'; cat err; }
[ "$(tr '\n' , <out)" = one,three, ] || complain 'the other records'
[ "$(cat kept/000001.record)" = '{"text":two}' ] || complain 'its bytes'
python3 -c 'import json; p = json.load(open("kept/000001.json"))["place"]
assert p == {"file": "records.jsonl", "byte": 15, "line": 2}, p' || complain 'its place in the report'

# stop: nothing goes on, and no file gets its name.
printf '    on_error: stop\n' | cat strict.yaml - >stop.yaml
"$QUERN" run stop.yaml good.txt bad.txt good.txt >out 2>err
[ $? -eq 65 ] || complain 'stop: status'
[ "$(cat out)" = good ] || complain 'stop: what came before'
grep -q 'the run stops here' err || complain 'stop: message'
"$QUERN" run stop.yaml bad.txt -o stopped.txt 2>err
[ ! -e stopped.txt ] || complain 'stop: no output file'
[ "$(find . -name '*stopped*')" = '' ] || complain 'stop: nothing is left over'

# pass: the document goes on without the step, and says so.
printf '    on_error: pass\n' | cat strict.yaml - >pass.yaml
"$QUERN" run pass.yaml bad.txt --to jsonl >out 2>err || complain 'pass: status'
grep -q 'goes on without this stage' err || complain 'pass: warning'
python3 - <<'END' || complain 'pass: the mark'
import json
failed = json.loads(open("out").readline())["metadata"]["quern_failed"]
assert failed[0]["stage"] == "cleanup" and failed[0]["reason"], failed
END

# What cannot be kept stops the run.
mkdir closed
: >closed/file
"$QUERN" run strict.yaml bad.txt good.txt --quarantine closed/file/x >out 2>err
[ $? -eq 74 ] || complain 'a quarantine that cannot be made'
grep -q 'cannot be kept' err || complain 'and its message'

exit $((failures > 0))
