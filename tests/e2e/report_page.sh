#!/bin/sh
# The page of `quern report --html` in headless Chromium: see tests/browser/. `./dev browser` installs
# what it needs; where that is missing, the test is skipped.
set -eu
MODULES=$QUERN_SOURCE/build/browser
CHROMIUM=$(command -v chromium || true)
[ -n "$CHROMIUM" ] || { echo "skipped: chromium is not installed; try ./dev browser"; exit 77; }
[ -d "$MODULES/node_modules/axe-core" ] || { echo "skipped: try ./dev browser"; exit 77; }
export MODULES CHROMIUM
exec node "$QUERN_SOURCE/tests/browser/report.mjs" "$@"
