#!/usr/bin/env bash
# The production binary opens its window on a fresh home and on one with a network; a blank window fails.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
build/window.sh "$scratch/new-home" "$scratch/first-run.png"
CARNET_HOME=$scratch/home build/bin/carnet network create --name "Réseau d’essai" --office Toronto --coordinator "A. Roy" >/dev/null 2>&1
build/window.sh "$scratch/home" "$scratch/today.png"
if cmp -s "$scratch/first-run.png" "$scratch/today.png"; then
	echo "smoke: the first run and an open network look the same" >&2
	exit 1
fi
echo "smoke: the window shows the first run and an open network"
