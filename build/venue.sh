#!/usr/bin/env bash
# A forum in network namespaces (build/venue), with the built page for phones. Words go to it as they are.
# Where namespaces cannot be made, it says so and is content: nothing was tried.
set -euo pipefail
cd "$(dirname "$0")/.."
probe=carnet-probe-$$
if ! ip netns add "$probe" 2>/dev/null; then
	echo "left out: this needs Linux, root and iproute2"
	exit 0
fi
ip netns delete "$probe"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
CGO_ENABLED=0 go build -o "$made/venue" ./build/venue
"$made/venue" "$@"
