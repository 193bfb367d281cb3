#!/usr/bin/env bash
# Writes the frontend's view of the bound methods; with --check fails when the one in git differs.
set -euo pipefail
cd "$(dirname "$0")/.."
build/tools/bin/wails generate module -tags webkit2_41 >/dev/null
chmod 644 frontend/src/wailsjs/runtime/* # the same as wails build leaves them
if [ "${1:-}" = --check ] && [ -n "$(git status --porcelain -- frontend/src/wailsjs)" ]; then
	git --no-pager diff -- frontend/src/wailsjs | head -40
	echo "bindings: frontend/src/wailsjs is not what the Go side says; run make bindings and commit" >&2
	exit 1
fi
