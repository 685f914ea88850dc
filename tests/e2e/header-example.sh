#!/bin/sh
# The stage that quern.h shows is taken out of its comment, compiled by the command that stands below
# it, and run.
set -eu

sed -n '/^ \* \[example squeeze.c\]$/,/^ \* \[end\]$/s/^ \* \{0,1\}//p' "$QUERN_SOURCE/core/quern.h" |
    sed '1d;$d' >squeeze.c
grep -q QUERN_PLUGIN squeeze.c

for compiler in gcc clang; do
    command -v "$compiler" >/dev/null || continue
    # Sanitizers, where the program has them, are in the program.
    "$compiler" -std=c17 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
        -shared -fPIC -I "$QUERN_SOURCE/core" squeeze.c -o squeeze.so
    chmod 755 squeeze.so
    chmod go-w .
    printf 'a\n\n\n\nb\n\nc\n' | "$QUERN" stage squeeze --plugin-dir . >actual
    printf 'a\n\nb\n\nc\n' | cmp - actual
    printf 'a\n\n\n\nb\n' | "$QUERN" stage squeeze --plugin-dir . --keep 0 >actual
    printf 'a\nb\n' | cmp - actual
    rm squeeze.so
done
