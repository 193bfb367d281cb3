#!/bin/sh
# Builds the development tools that this folder's modules pin into build/tools/bin.
# A tool whose go.mod and go.sum are older than its binary is left alone.
#   build.sh            all of them
#   build.sh s3 wails   only these
set -eu
cd "$(dirname "$0")"
mkdir -p bin

build() { # module, program, package
	if [ -x "bin/$2" ] && [ ! "$1/go.mod" -nt "bin/$2" ] && [ ! "$1/go.sum" -nt "bin/$2" ]; then
		return
	fi
	echo "building $2 (takes a minute or two, once)" >&2
	# A fresh name and a rename: whoever runs the old binary keeps it, nobody sees half of the new one.
	(cd "$1" && CGO_ENABLED=0 GOFLAGS=-mod=readonly go build -trimpath -ldflags '-s -w' -o "../bin/.$2.new" "$3")
	touch "bin/.$2.new"
	mv "bin/.$2.new" "bin/$2"
}

[ $# -gt 0 ] || set -- s3 minio wails lint toxiproxy
for tool in "$@"; do
	case $tool in
	s3) build s3 versitygw github.com/versity/versitygw/cmd/versitygw ;;
	lint) build lint golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint ;;
	minio) build minio minio github.com/minio/minio ;;
	toxiproxy) build toxiproxy toxiproxy github.com/Shopify/toxiproxy/v2/cmd/server ;;
	wails) build wails wails github.com/wailsapp/wails/v2/cmd/wails ;;
	*) echo "build.sh: no tool is called $tool; there are s3, minio, wails, lint and toxiproxy" >&2; exit 2 ;;
	esac
done
