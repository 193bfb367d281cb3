#!/usr/bin/env bash
# Everything that must hold, in two lanes side by side, since much of it waits: the Go side here, the window in the background,
# its words shown when they are whole. Each step says what it is; the first that fails ends its lane.
#   test.sh           both
#   test.sh go        one of them; or: window
set -euo pipefail
cd "$(dirname "$0")/.."
export GOFLAGS=-trimpath # as the production binary and the tools are built: what is compiled once serves all
started=$SECONDS
step() { printf '\n== %s (%d s)\n' "$1" $((SECONDS - started)); }

# in_memory runs a command whose temporary files lie in memory, if there are four gigabytes for them.
in_memory() {
	local room
	room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || room=0 # there is none, or another df
	if ((${room:-0} < 4000000)); then
		"$@"
		return
	fi
	local files
	files=$(mktemp -d /dev/shm/carnet-tests-XXXXXX)
	chmod 755 "$files" # the mail servers of the tests work there as users of their own
	# shellcheck disable=SC2064 # the name of now
	trap "rm -rf '$files'" EXIT
	GOTMPDIR=${TMPDIR:-/tmp} TMPDIR=$files "$@" # what go builds is large, and waits for nothing
}

window_lane() {
	step "frontend types, lint, unit tests"
	(cd frontend && npm run -s check && npm run -s lint && npm run -s test)

	step "production binary"
	make -s binary

	step "the real window"
	build/smoke.sh

	step "end to end in Chromium"
	(cd frontend && npm run -s e2e)

	step "three doors and two phones on a switch that fails"
	build/venue.sh -scans 600
}

go_lane() {
	step "formatting"
	unformatted=$(git ls-files '*.go' | grep -v '^frontend/' | xargs gofmt -l)
	[ -z "$unformatted" ] || { echo "not formatted: $unformatted" >&2; exit 1; }

	step "plain build and vet, without a C compiler"
	CGO_ENABLED=0 go build -o /dev/null .
	CGO_ENABLED=0 go vet ./...

	step "vet with the window"
	go vet -tags desktop,production,webkit2_41 . ./app/desktop

	step "lint"
	build/tools/bin/golangci-lint run ./...

	step "Go tests with the race detector: packages, fuzz seeds, sync against the S3 server"
	# Their homes wait for the disk at every change; where memory has room for them they lie there. The longest go first.
	rest=$(go list ./... | grep -v -e /app/command -e /sync/simulation -e 'carnet/sync$' -e 'carnet/store$' -e /app/desktop)
	in_memory go test -race -timeout 25m ./sync ./app/desktop ./store $rest

	# Each line of a scenario is a process of its own; the race detector would find nothing more in it.
	step "command scenarios"
	CGO_ENABLED=0 go test -timeout 20m ./app/command

	# Without the race detector too: it plays many networks in one goroutine, and here their number counts.
	step "simulated networks, and that they replay"
	CGO_ENABLED=0 go test -run 'Replays|Once' ./sync/simulation
	CGO_ENABLED=0 build/sim.sh 1 500
}

case ${1:-} in
go | window) # one lane alone
	"$1_lane"
	exit
	;;
esac

step "bindings are up to date"
build/bindings.sh --check

step "the page of phones, which both lanes have within"
(cd frontend && npm run -s build:phone)

said=$(mktemp)
trap 'rm -f "$said"' EXIT
build/test.sh window >"$said" 2>&1 &
window=$!
good=true
build/test.sh go || { good=false; echo "the Go side failed; waiting for the window" >&2; }
wait "$window" || good=false
cat "$said"
$good || { printf '\nsomething failed, after %d s\n' $((SECONDS - started)); exit 1; }
printf '\nall steps passed in %d s\n' $((SECONDS - started))
