#!/bin/sh
# What `quern new` writes builds and passes its tests, out of tree, against an installed Quern.
set -eu
umask 022

# shellcheck disable=SC2153 # from ctest
case $QUERN in
*/tests/*) exit 77 ;; # under valgrind: the installed program is another one
esac
# CMake takes make unless it is told otherwise; a machine may have ninja alone.
command -v make >/dev/null || export CMAKE_GENERATOR=Ninja
cmake --install "$QUERN_BUILD" --prefix "$PWD/prefix" >install.log || { cat install.log; exit 1; }
quern=$PWD/prefix/bin/quern
# The stages are found beside the program, though the build was configured for another folder.
"$quern" list | grep -q '^template '

# Names that have to be changed a little to be C.
for name in squeeze two-words register line; do
    "$quern" new stage $name >written
    [ "$(wc -l <written)" -eq 4 ]
    grep -q '@NAME@' $name/* && exit 1
    cmake -S $name -B $name/build -DCMAKE_PREFIX_PATH="$PWD/prefix" \
        -DCMAKE_C_FLAGS='-Wall -Wextra -Wpedantic -Werror' >log 2>&1 || { cat log; exit 1; }
    cmake --build $name/build >log 2>&1 || { cat log; exit 1; }
    ctest --test-dir $name/build --output-on-failure >log 2>&1 || { cat log; exit 1; }
    grep -q '100% tests passed' log
    "$quern" inspect $name --plugin-dir $name/build | grep -q "^name *$name$"
done

# Installed, it is found.
cmake --install squeeze/build --prefix "$PWD/prefix" >log
printf 'a\n\n\n\nb\n' | "$quern" stage squeeze --keep 0 | cmp - two-lines 2>/dev/null && exit 1
printf 'a\nb\n' >two-lines
printf 'a\n\n\n\nb\n' | "$quern" stage squeeze --keep 0 | cmp - two-lines

"$quern" new pipeline first >/dev/null
"$quern" check first.yaml >/dev/null
"$quern" test first.yaml | grep -q '^1 passed, 0 failed$'

# Files that exist are left alone; names that cannot be are refused.
echo mine >first.yaml
"$quern" new pipeline first 2>err && exit 1
[ "$(cat first.yaml)" = mine ]
grep -q 'exists already' err
for name in Upper 2nd trailing- 'with space' under_score; do
    status=0
    "$quern" new stage "$name" 2>err || status=$?
    [ $status -eq 64 ]
done
