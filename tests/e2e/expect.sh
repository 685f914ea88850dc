#!/bin/sh
# quern test: every kind of expectation, met and not met.
set -u
failures=0
unset QUERN_PLUGIN_PATH

complain()
{
    echo "FAIL $*"
    cat out
    failures=$((failures + 1))
}

head='name: t
stages: [{use: cleanup, with: {on_invalid: fail}, when: id != "raw"}, {use: template}]
tests:
'
record='{"text":"Kim came","metadata":{"n":1,"m":{"a":[1]}},
  "spans":[{"layer":"entity","label":"PERSON","start":0,"end":3}]}'

# tries WANTED EXPECTATION: whether one test passes ("met") or what it says.
tries()
{
    printf '%s  - name: one\n    record: %s\n    expect: %s\n' "$head" "$record" "$2" >t.yaml
    "$QUERN" test t.yaml >out 2>&1
    status=$?
    if [ "$1" = met ]; then
        [ $status -eq 0 ] || complain "not met: $2"
    else
        { [ $status -eq 65 ] && grep -q -e "$1" out; } || complain "no '$1': $2"
    fi
}

tries met '{text: "Kim came\n"}'
tries 'the text is not as expected' '{text: "Kim left\n"}'
tries met '{spans: [{label: PERSON}, {layer: entity, label: PERSON, text: Kim}]}'
tries 'there is no span in layer entity with text "came"' '{spans: [{layer: entity, text: came}]}'
tries met '{no_spans: [{label: LOC}, {layer: token}]}'
tries 'there is a span with label PERSON' '{no_spans: [{label: PERSON}]}'
tries met '{metadata: {n: 1.0, m: {a: [1]}}}'
tries 'metadata.n is 1, not 2' '{metadata: {n: 2}}'
tries 'metadata.x is not set, not 2' '{metadata: {x: 2}}'
tries 'the document was not dropped' '{dropped: true}'
tries 'the document did not fail' '{failed: true}'
tries 'no stage has rendered any' '{output: x}'

# Long differences are shown with what stands around them.
seq 1 20 | sed 's/$/\\n/' | tr -d '\n' >lines
printf 'name: t\nstages: [{use: template}]\ntests:\n  - name: one\n    input: "%s"\n' "$(cat lines)" >t.yaml
printf '    expect: {text: "%s"}\n' "$(sed 's/n10/nten/' lines)" >>t.yaml
"$QUERN" test t.yaml >out 2>&1
tail -n +3 out >difference
printf '      8\n      9\n    - ten\n    + 10\n      11\n      12\n0 passed, 1 failed\n' >expected
cmp -s expected difference || complain 'a difference with what stands around it'

exit $((failures > 0))
