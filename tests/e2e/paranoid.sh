#!/bin/sh
# --paranoid: stages that break what they declare are found out, and named; others pass.
set -u
failures=0
export QUERN_PLUGIN_PATH="$QUERN_BUILD/tests/misuse"

complain()
{
    echo "FAIL $*"
    sed 's/^/  /' out err
    failures=$((failures + 1))
}

# breaks STAGE HOW REASON: what the document failed of; "-" for a document that passes.
breaks()
{
    rm -rf quarantine
    "$QUERN" stage "$1" --how "$2" --paranoid input >out 2>err
    status=$?
    if [ "$3" = - ]; then
        [ $status -eq 0 ] || complain "$1 $2: status $status"
        [ -s err ] && complain "$1 $2: said something"
    else
        [ $status -eq 65 ] || complain "$1 $2: status $status, not 65"
        grep -qF -e "$3" err || complain "$1 $2: no '$3'"
    fi
}

printf '{"text":"some text","spans":[{"layer":"theirs","label":"y","start":0,"end":4}]}\n' >input

preserve='the stage changed the layer "theirs", which it declares to preserve, first at byte'
breaks break-contract nothing -
breaks break-contract own -
breaks break-contract edit \
    'the stage changed the text, which it declares to keep, first at byte 2'
breaks break-contract set-text \
    'the stage changed the text, which it declares to keep, first at byte 0'
breaks break-contract write-text \
    'the stage changed the text, which it declares to keep, first at byte 2'
breaks break-contract add "$preserve 1"
breaks break-contract remove "$preserve 0"
breaks break-contract clear "$preserve 0"
breaks break-contract score "$preserve 0"
breaks break-contract foreign \
    'the stage wrote the layer "foreign", which it does not declare, first at byte 1'
breaks break-contract editor 'the stage left an editor open'
breaks break-contract count 'run again on the same document, the stage gave'
breaks break-contract count '"metadata":{"number":2}'
breaks break-contract count '"metadata":{"number":1}'
breaks break-contract render-some 'run again on the same document, the stage gave'
breaks break-contract drop-some \
    'run again on the same document, the stage dropped it, and had passed it'
breaks break-contract fail-some 'every second one'

# Without --paranoid they get away with it, but for the editor.
for how in edit set-text write-text add remove clear score foreign count; do
    "$QUERN" stage break-contract --how "$how" input >out 2>err || complain "not paranoid: $how"
done

# A document that a stage fails on by its contract can go on without it.
cat >pass.yaml <<'END'
name: pass
stages:
  - use: break-contract
    with: {how: nothing}
  - use: break-contract
    label: culprit
    with: {how: count}
    on_error: pass
  - use: break-contract
    label: last
    with: {how: own}
END
"$QUERN" run pass.yaml --paranoid --verbose --from jsonl input >out 2>err ||
    complain "passed over: status $?"
grep -q '"quern_failed":\[{"stage":"culprit","reason":"run again' out || complain 'no mark'
[ "$(grep -c 'without this stage' err)" -eq 1 ] || complain 'not said once'
grep -Eq '^ *culprit +1 +0 +0 +1' err || complain 'culprit: wrong counts'
grep -Eq '^ *last +1 +1 +0 +0' err || complain 'last: wrong counts'

# Documents that a stage has handed on.
touched='the stage used a document that it had handed on'
printf '{"text":"one\\n"}\n{"text":"two\\n"}\n{"text":"pass\\n"}\n' >input
breaks hold-on nothing -
breaks hold-on read "$touched"
breaks hold-on write "$touched"
breaks hold-on free "$touched"
breaks hold-on later "$touched"
breaks hold-on again 'the stage hands a document on that it has handed on before'

# What is watched for there does not hide what else goes wrong.
"$QUERN" stage misbehave --how crash --jobs 1 --paranoid input >out 2>err
[ $? -eq 65 ] || complain 'crash: not 65'
grep -Eq 'crashed: Segmentation fault|ended its worker' err || complain 'crash: not told'

# A run tells of the walls around its workers; builds for some tools have none.
"$QUERN" stage hold-on --verbose --jobs 1 input >out 2>err || complain 'walls'
grep -Eq 'sandbox of workers: (none|system calls are filtered|files cannot be changed)' err ||
    complain 'walls are not told'
"$QUERN" stage hold-on --verbose --jobs 1 --no-sandbox input >out 2>err || complain 'no walls'
grep -q 'sandbox of workers: none' err || complain 'walls in spite of --no-sandbox'

# The stages of this tree keep what they declare.
unset QUERN_PLUGIN_PATH
for pipeline in "$QUERN_SOURCE"/pipelines/*.yaml; do
    "$QUERN" test --paranoid "$pipeline" >out 2>err || complain "$pipeline"
done

[ "$failures" -eq 0 ] && echo 'paranoid: all found out'
exit "$failures"
