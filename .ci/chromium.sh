#!/bin/sh
# Puts Debian's Chromium in place for the page tests, where that is allowed; otherwise says what is missing.
set -eu
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null
    apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
    exit 0
fi
echo "The page tests need Chromium: install it so that 'chromium' is found; without it they are skipped." >&2
[ "${CI:-}" != true ]
