#!/usr/bin/env bash
# Everything that must hold. Each step says what it is; the first that fails ends the run.
set -euo pipefail
cd "$(dirname "$0")/.."
started=$SECONDS
step() { printf '\n== %s (%d s)\n' "$1" $((SECONDS - started)); }

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

step "bindings are up to date"
build/bindings.sh --check

step "Go tests with the race detector: packages, fuzz seeds, sync against the S3 server"
go list ./... | grep -v -e /app/command -e /sync/simulation | xargs go test -race -timeout 20m

# Each line of a scenario is a process of its own; the race detector would find nothing more in it.
step "command scenarios"
go test -timeout 20m ./app/command

# Without the race detector too: it plays many networks in one goroutine, and here their number counts.
step "simulated networks"
build/sim.sh 1 500

step "frontend types, lint, unit tests"
(cd frontend && npm run -s check && npm run -s lint && npm run -s test)

step "production binary"
make -s binary

step "the real window"
build/smoke.sh

step "end to end in Chromium"
(cd frontend && npm run -s e2e)

printf '\nall steps passed in %d s\n' $((SECONDS - started))
