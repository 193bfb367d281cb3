#!/usr/bin/env bash
# Plays seeds of the simulation, as many processes at once as there are processors.
#   sim.sh FIRST COUNT    seeds FIRST to FIRST+COUNT-1
# Each says how far it is every ten seconds, and names the seeds that failed, which replay to the letter. CARNET_TRACE=file writes down all that happens.
set -euo pipefail
cd "$(dirname "$0")/.."
first=$1 count=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go test -c -o "$work/simulation" ./sync/simulation
processes=$(nproc)
((count < processes)) || export GOMAXPROCS=1 # each has a processor of its own, and loses no time looking for another
each=$(((count + processes - 1) / processes))
running=()
for ((from = first; from < first + count; from += each)); do
	many=$((first + count - from < each ? first + count - from : each))
	(cd sync/simulation && CARNET_FIRST=$from CARNET_SEEDS=$many "$work/simulation" -test.timeout 0 -test.run LaptopsAgree) &
	running+=($!)
done
failed=0
for one in "${running[@]}"; do wait "$one" || failed=1; done
exit $failed
