#!/bin/sh
# The command line: help, version, mistakes and their exit statuses.
set -u
failures=0

# expect STATUS COMMAND...: standard output to out, standard error to err.
expect()
{
    wanted=$1
    shift
    "$@" >out 2>err </dev/null
    status=$?
    [ "$status" -eq "$wanted" ] || complain "status $status, not $wanted: $*"
}

complain()
{
    echo "FAIL $*"
    sed 's/^/  /' out err
    failures=$((failures + 1))
}

# holds FILE PATTERN
holds()
{
    grep -q -e "$2" "$1" || complain "no '$2' in $1"
}

expect 0 "$QUERN" --version
holds out '^quern [0-9]'
expect 0 "$QUERN" --help
holds out '^Commands:'
expect 64 "$QUERN"
holds err '^Usage: quern'
expect 64 "$QUERN" rnu
holds err "did you mean 'run'?"
expect 64 "$QUERN" no-such-command
holds err "Try 'quern --help'"
expect 64 "$QUERN" --verison
holds err 'did you mean --version?'

expect 0 "$QUERN" run --help
cp out wanted
expect 0 "$QUERN" help run
cmp -s out wanted || complain 'help run'
expect 0 "$QUERN" stage cleanup --help
cp out wanted
expect 0 "$QUERN" help stage cleanup
cmp -s out wanted || complain 'help stage cleanup'
expect 0 "$QUERN" --help
cp out wanted
expect 0 "$QUERN" help
cmp -s out wanted || complain help
expect 0 "$QUERN" help --help
cmp -s out wanted && complain 'help --help is about help'
expect 64 "$QUERN" help rnu
holds err "did you mean 'run'?"
expect 64 "$QUERN" run --qiet
holds err 'did you mean --quiet?'
for command in run 'stage template' stage check help; do
    # shellcheck disable=SC2086
    expect 0 "$QUERN" $command --version
    holds out '^quern [0-9]'
done

for command in run stage check test list inspect explain blame diff new schema completion man help; do
    expect 0 "$QUERN" "$command" --help
    holds out "^Usage: quern $command"
    awk 'length > 80 { exit 1 }' out || complain "help of $command is wider than 80 columns"
    expect 64 "$QUERN" "$command" --no-such-option
    holds err 'there is no option --no-such-option'
done
for command in run stage check test inspect explain blame diff new completion man; do
    expect 64 "$QUERN" "$command"
done

expect 64 "$QUERN" run --output
holds err 'needs a value'
expect 64 "$QUERN" run --to html x.yaml
holds err 'one of: text jsonl'
expect 64 "$QUERN" run --quiet=yes x.yaml
holds err 'takes no value'
expect 64 "$QUERN" run --qu x.yaml
holds err 'may mean more than one'
expect 64 "$QUERN" run -x x.yaml
holds err 'there is no option -x'
expect 64 "$QUERN" run -
holds err 'cannot both come from'
expect 64 "$QUERN" list superfluous
expect 64 "$QUERN" completion tcsh
expect 78 "$QUERN" run no-such-file.yaml
holds err '^no-such-file.yaml: error:'
expect 78 "$QUERN" check no-such-file.yaml
expect 78 "$QUERN" stage cleanpu
holds err 'did you mean "cleanup"'
expect 78 "$QUERN" inspect cleanpu

# What stages refuse when they are opened: all of it, at its place, in order.
cat >patterns.yaml <<'END'
name: patterns
env: [HOME]
stages:
  - use: filter
    with:
      max_length: 2
      min_length: 5
      drop:
        - fine
        - "\té[b-a]"
        - >-
          (?x) one
          * * two
      keep: a(b
  - use: filter
    with: {drop: ['(?<a', '${HOME}(', '*']}
END
expect 78 "$QUERN" check patterns.yaml
grep 'error:' err >errors
cat >wanted <<'END'
patterns.yaml:6:19: error: max_length: 2 is below min_length, 5
patterns.yaml:10:18: error: drop: range out of order in character class
patterns.yaml:13:13: error: drop: quantifier does not follow a repeatable item
patterns.yaml:14:16: error: keep: missing closing parenthesis
patterns.yaml:16:24: error: drop: syntax error in subpattern name (missing terminator?)
END
printf "patterns.yaml:16:27: error: drop: at byte %d: missing closing parenthesis\n" \
    "$((${#HOME} + 1))" >>wanted
echo 'patterns.yaml:16:40: error: drop: quantifier does not follow a repeatable item' >>wanted
cmp errors wanted || complain 'check of patterns'
expect 78 "$QUERN" stage filter --min-words 5 --max-words 4
holds err '^error: max_words: 4 is below min_words, 5$'

# Options of a stage are flags, wherever its name stands among them.
expect 0 "$QUERN" stage template --help
holds out 'Options of the stage:'
expect 64 "$QUERN" stage template --kepe 1
holds err 'did you mean --keep?'
expect 64 "$QUERN" stage template --keep 1000
holds err 'out of range'
printf 'a\n\n\n\nb\n' >draft.txt
expect 0 "$QUERN" stage template --keep 0 draft.txt
[ "$(cat out)" = "$(printf 'a\nb')" ] || complain 'stage template --keep 0'
expect 0 "$QUERN" stage --to jsonl template draft.txt --keep=2 --quiet
holds out '"text":"a\\n\\n\\nb\\n"'

# Text holds no spans: a note tells of those that are the point of a stage, and of no others.
printf 'One page.\n\nPage 1 of 2\n\f\nAnother page.\n\nPage 2 of 2\n' >pages.txt
expect 0 "$QUERN" stage depaginate pages.txt
[ -s err ] && complain 'a note about pages'
expect 0 "$QUERN" stage depaginate pages.txt --to jsonl
holds out '"layer":"page"'
expect 0 "$QUERN" stage structure pages.txt
holds err '^note: [0-9]* spans are not in the text; --to jsonl keeps them$'
expect 0 "$QUERN" stage structure --quiet pages.txt
[ -s err ] && complain '--quiet'
printf '{"text":"Kim","spans":[{"layer":"page","label":"x","start":0,"end":3}]}\n' >spans.jsonl
expect 0 "$QUERN" stage cleanup --to text spans.jsonl
holds err '^note: 1 span is not in the text'

expect 0 "$QUERN" list
holds out '^template '
expect 0 "$QUERN" list --json
python3 -c 'import json; assert any(s["name"] == "template" for s in json.load(open("out")))' ||
    complain 'list --json'
expect 0 "$QUERN" inspect template
holds out 'keep: integer'
expect 0 "$QUERN" inspect template --json
python3 -c 'import json; assert json.load(open("out"))["options"][0]["name"] == "keep"' ||
    complain 'inspect --json'
expect 0 "$QUERN" schema
python3 -c 'import json; assert json.load(open("out"))["properties"]["stages"]' ||
    complain 'schema'

expect 0 "$QUERN" completion bash
bash -n out || complain 'completion for bash'
! command -v zsh >/dev/null || zsh -n out || complain 'completion for zsh'
expect 0 "$QUERN" completion zsh
holds out '^#compdef quern'
expect 0 "$QUERN" completion fish
holds out '^complete -c quern'
mkdir man
expect 0 "$QUERN" man man
for page in quern quern-run quern-stage-template; do
    holds "man/$page.1" "^.TH $(echo "$page" | sed 's/-/.*/g')"
done
expect 74 "$QUERN" man no-such-folder

# A new stage does not take the name of another unseen.
expect 64 "$QUERN" new stage cleanup
holds err "there is a stage 'cleanup' already"
[ -e cleanup ] && complain 'new stage cleanup wrote something'
expect 0 "$QUERN" new stage --force cleanup
[ -e cleanup/cleanup.c ] || complain 'new stage --force'
expect 0 "$QUERN" new pipeline cleanup

# What does not arrive is an error, also where no document is written.
"$QUERN" --help >/dev/full 2>err
[ $? -eq 74 ] || complain '--help to a full disk'

# Names that find nothing: folders without stages.
mkdir empty
expect 0 env -u QUERN_PLUGIN_PATH "$QUERN" list --plugin-dir empty

exit $((failures > 0))
