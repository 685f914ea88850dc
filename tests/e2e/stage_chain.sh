#!/bin/sh
# Stages put one behind the other by pipes give what a pipeline of them gives, byte for byte.
set -eu
unset QUERN_PLUGIN_PATH

cat >article.txt <<'END'
  A title with  a tail   



It was Monday, said the “Daily Post”. He paid $25 million for it.	Then he left.

- 1 -

Page 1 of 2

The second page's text goes on
END
printf 'bad \377 bytes\r\nand more\r\n\r\n\r\n\r\n\r\nend\r\n' >>article.txt

# chain STAGE...: compares the pipes with the pipeline.
chain()
{
    printf 'name: chain\nstages:\n' >chain.yaml
    command="cat article.txt"
    to='--to jsonl'
    for stage; do
        printf '  - use: %s\n' "$stage" >>chain.yaml
        command="$command | \"\$QUERN\" stage $stage $to"
        to=
    done
    "$QUERN" run chain.yaml --to jsonl <article.txt >expected
    sh -c "$command" >actual
    cmp expected actual || { diff expected actual; exit 1; }
}

available()
{
    for stage; do
        "$QUERN" inspect "$stage" >/dev/null 2>&1 || return 1
    done
}

chain template
chain cleanup template
for stages in 'cleanup depaginate' 'cleanup depaginate structure' \
    'cleanup depaginate structure entities'; do
    # shellcheck disable=SC2086 # words
    ! available $stages || chain $stages
done

# A stage that renders ends both in the same way.
for as in html markdown conll ansi json; do
    available cleanup depaginate structure entities format || break
    printf 'name: rendered\nstages:\n' >rendered.yaml
    for stage in cleanup depaginate structure entities; do
        printf '  - use: %s\n' "$stage" >>rendered.yaml
    done
    printf '  - use: format\n    with: {as: %s}\n' "$as" >>rendered.yaml
    "$QUERN" run rendered.yaml <"$QUERN_SOURCE/articles/harbour.txt" >expected
    "$QUERN" stage cleanup --to jsonl <"$QUERN_SOURCE/articles/harbour.txt" |
        "$QUERN" stage depaginate | "$QUERN" stage structure | "$QUERN" stage entities |
        "$QUERN" stage format --as "$as" >actual
    cmp expected actual
done
