#!/bin/sh
# Holds the includes to the design: in core/ they go down the floors only, a folder is entered by
# its own header alone, a plugin sees <quern.h> and its own files, and core names no plugin.
set -eu
cd "$(dirname "$0")/../.."

# shellcheck disable=SC2016 # the dollars are awk's
find core plugins -name '*.[ch]' ! -path '*/cases/*' | sort | xargs awk '
    BEGIN {
        # Who stands on the same floor cannot see the other.
        split("base 1 packed 1 document 2 plugin 3 pipeline 4 codec 4 runner 5 command 6", word, " ")
        for (i = 1; i in word; i += 2) floor[word[i]] = word[i + 1]
        for (i = 1; i < ARGC; i++) {
            known[ARGV[i]] = 1
            if (split(ARGV[i], part, "/") > 2 && part[1] == "plugins") plugin[part[2]] = 1
        }
    }
    function wrong(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; bad = 1 }
    function folder(path) { sub(/\/[^\/]*$/, "", path); return path }

    # The file of this tree that an include finds, or nothing for one of the system.
    function find_file(name, beside) {
        beside = folder(FILENAME) "/" name
        while (sub(/[^\/.]+\/\.\.\//, "", beside)) continue
        if (beside in known) return beside
        return ("core/" name) in known ? "core/" name : ""
    }
    function check_core(target, to, from) {
        if (target == "core/quern.h") return
        split(target, to, "/")
        split(FILENAME, from, "/")
        if (to[1] != "core") wrong("core may not include " target)
        else if (from[3] == "") wrong("quern.h includes a file of core")
        else if (!(from[2] in floor)) wrong("core/" from[2] " has no floor")
        else if (to[2] == from[2]) return
        else if (floor[to[2]] >= floor[from[2]]) wrong(from[2] " may not include " to[2])
        else if (to[3] != to[2] ".h") wrong(target " belongs to its folder alone")
    }
    function check_plugin(target, from) {
        split(FILENAME, from, "/")
        if (target != "core/quern.h" && index(target, "plugins/" from[2] "/") != 1)
            wrong("a plugin may not include " target)
    }

    /^[ \t]*#[ \t]*include[ \t]*["<]/ {
        quoted = /"/
        name = $0
        sub(/^[^"<]*["<]/, "", name)
        sub(/[">].*/, "", name)
        target = find_file(name)
        if (target == "" && quoted && (FILENAME ~ /^core\// || name ~ /\.\./))
            wrong("no such file in this tree: " name)
        if (target != "" && FILENAME ~ /^core\//) check_core(target)
        if (target != "" && FILENAME ~ /^plugins\//) check_plugin(target)
    }
    FILENAME ~ /^core\// {
        rest = $0
        while (match(rest, /"[a-z][a-z0-9_-]*"/)) {
            name = substr(rest, RSTART + 1, RLENGTH - 2)
            if (name in plugin) wrong("core names the plugin " name)
            rest = substr(rest, RSTART + RLENGTH)
        }
    }
    END { exit bad }
'
