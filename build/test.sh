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
memory=
in_memory() {
	local room
	room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || room=0 # there is none, or another df
	if [ -z "$memory" ] && ((${room:-0} >= 4000000)); then
		memory=$(mktemp -d /dev/shm/carnet-tests-XXXXXX)
		chmod 755 "$memory" # the mail servers of the tests work there as users of their own
		trap 'rm -rf "$memory"' EXIT
	fi
	GOTMPDIR=${TMPDIR:-/tmp} TMPDIR=${memory:-${TMPDIR:-/tmp}} "$@" # what go builds is large, and waits for nothing
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
	in_memory go test -race -timeout 25m ./app/desktop ./store $rest

	# Of sync those tests of what happens at once: in the others one laptop after the other makes its round. `make test-long` has them all.
	at_once=$(sed -nE 's/^func (Test[A-Za-z0-9]+).*/\1/p' sync/{arriving,cancel,claims,early,news,places,round}_test.go | paste -sd '|')
	in_memory go test -race -timeout 25m -run "^($at_once)\$" ./sync

	# Each line of a scenario is a process of its own; the race detector would find nothing more in it.
	step "sync, and command scenarios"
	in_memory env CGO_ENABLED=0 go test -timeout 25m ./sync ./app/command

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
