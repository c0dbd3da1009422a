#!/bin/sh
# Starts Electron with its sandbox on. Root has none, so there it gets a user of its own, who keeps root's rights on files.
set -eu
electron=$COUNTERSIGN_TEST_ELECTRON/electron
[ "$(id -u)" = 0 ] || exec "$electron" "$@"
exec unshare --user --map-user=1000 --map-group=1000 "$electron" "$@"
