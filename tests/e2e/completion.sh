#!/bin/bash
# What the shells offer: bash by its own function, zsh and fish where they are installed.
set -u
failures=0
mkdir bin empty
ln -s "$QUERN" bin/quern
PATH=$PWD/bin:$PATH
touch 'a file.txt'

complain()
{
    echo "FAIL $*"
    failures=$((failures + 1))
}

# shellcheck disable=SC2317
compopt() { :; } # which has no meaning outside of readline
# shellcheck disable=SC1090
source <(quern completion bash)

# offers 'LINE' WORD...: what bash offers at the end of the line, in any order. The line is cut into
# words as readline does it, at '=' too.
offers()
{
    local line=$1 words
    shift
    words=${line//=/ = }
    words=${words//= $/=}
    read -ra COMP_WORDS <<<"$words"
    [[ $line == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _quern
    [ "$(printf '%s\n' "${COMPREPLY[@]}" | sort)" = "$(printf '%s\n' "$@" | sort)" ] ||
        complain "'$line': ${COMPREPLY[*]}"
}

offers 'quern ru' run
offers 'quern --v' --version
offers 'quern inspect clea' cleanup
offers 'quern stage clea' cleanup
offers 'quern stage --to jsonl clea' cleanup
offers 'quern new ' stage pipeline
offers 'quern completion z' zsh
offers 'quern run --to ' text jsonl
offers 'quern run --to=j' jsonl
offers 'quern run --to=' text jsonl
offers 'quern run --out' --output
offers 'quern run --to text --t' ''
offers 'quern run --plugin-dir empty --plugin-d' --plugin-dir
offers 'quern run a' 'a file.txt'
offers 'quern run news.yaml a' 'a file.txt'
offers 'quern run -o a' 'a file.txt'
offers 'quern run --output=a' 'a file.txt'
offers 'quern run --quarantine ' bin empty
offers 'quern no-such-command ' ''

# The options of a stage, once each; what may be repeated may be repeated.
offers 'quern stage cleanup --trailing' --trailing-space
offers 'quern stage cleanup --no-final' --no-final-newline
offers 'quern stage cleanup --tabs ' keep spaces
offers 'quern stage cleanup --tabs=s' spaces
offers 'quern stage --quiet cleanup --tabs s' spaces
offers 'quern stage cleanup --tabs spaces --tab' --tab-width
offers 'quern stage cleanup --tab-width ' ''
offers 'quern stage structure --layers token --lay' --layers
offers 'quern stage structure --layers tok' token
offers 'quern stage cleanup a' 'a file.txt'
offers 'quern stage cleanup -o a' 'a file.txt'
offers 'quern stage no-such-stage --t' ''

# With what they mean, for the shells that show it.
quern completion --candidates -- stage cleanup --tab-w >out
[ "$(cat out)" = "--tab-width	columns from one tab stop to the next" ] || complain 'a flag explained'
quern completion --candidates -- stage temp >out
grep -q '^template	.' out || complain 'a stage explained'

if command -v fish >/dev/null; then
    quern completion fish >quern.fish
    export HOME=$PWD
    fish -c 'source quern.fish; complete -C "quern stage cleanup --tabs s"' >out
    grep -q '^spaces' out || complain 'fish: choices'
    fish -c 'source quern.fish; complete -C "quern stage cleanup --trailing"' >out
    grep -q -- '^--trailing-space' out || complain 'fish: flags of a stage'
    fish -c 'source quern.fish; complete -C "quern run --output=a"' >out
    grep -q -- '^--output=a file.txt' out || complain 'fish: files'
fi

# zsh completes on a terminal only: a Tab is sent to it there.
if command -v zsh >/dev/null; then
    quern completion zsh >_quern
    cat >zsh.py <<'END'
import os, pty, select, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("zsh", ["zsh", "-f", "-i"])
def send(text, until, seconds=30):
    os.write(terminal, text.encode())
    seen, end = b"", time.monotonic() + seconds
    while time.monotonic() < end and until.encode() not in seen:
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 4096)
    return until.encode() in seen
good = send("PS1='> '; fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; echo rea''dy\n", "ready")
good = good and send("quern stage cleanup --tabs sp\t", "spaces")
good = good and send("\x15quern stage cleanup --trailing\t", "--trailing-space")
good = good and send("\x15quern run --output=a\t", "file.txt")
os.close(terminal)
sys.exit(not good)
END
    python3 zsh.py || complain 'zsh'
fi

exit $((failures > 0))
