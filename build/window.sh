#!/usr/bin/env bash
# Opens the production binary on a home in a virtual display, waits until its window shows
# something, and keeps a picture of it.
#   window.sh HOME PICTURE.png
# Exits 1 when the window stays blank for 60 seconds.
set -euo pipefail
home=$1 picture=$2
here=$(cd "$(dirname "$0")" && pwd)
binary=${CARNET_BINARY:-$here/bin/carnet}
scratch=$(mktemp -d)
enough=300 # colours: a blank window has a handful, text alone brings hundreds

for display in $(seq 90 140); do
	[ -e "/tmp/.X$display-lock" ] || break
done
Xvfb ":$display" -screen 0 1280x800x24 -nolisten tcp >"$scratch/xvfb.log" 2>&1 &
xvfb=$!
app=
trap 'kill $app $xvfb 2>/dev/null; wait 2>/dev/null; rm -rf "$scratch"' EXIT
export DISPLAY=:$display WEBKIT_DISABLE_DMABUF_RENDERER=${WEBKIT_DISABLE_DMABUF_RENDERER:-1}
for _ in $(seq 50); do [ -e "/tmp/.X11-unix/X$display" ] && break; sleep 0.1; done

"$binary" --home "$home" >"$scratch/app.log" 2>&1 &
app=$!
colours=0 seen=0
for _ in $(seq 120); do
	sleep 0.5
	kill -0 "$app" 2>/dev/null || { echo "window: the program ended" >&2; cat "$scratch/app.log" >&2; exit 1; }
	import -silent -window root "$scratch/now.png" 2>/dev/null || continue
	colours=$(identify -format %k "$scratch/now.png")
	# Two looks in a row, so that the picture is not of a half-drawn window.
	if [ "$colours" -ge $enough ]; then seen=$((seen + 1)); else seen=0; fi
	if [ $seen -ge 3 ]; then
		mkdir -p "$(dirname "$picture")"
		convert "$scratch/now.png" -strip -define png:compression-level=9 "$picture"
		echo "window: $colours colours, picture in $picture"
		exit 0
	fi
done
echo "window: still blank after 60 seconds ($colours colours)" >&2
cat "$scratch/app.log" >&2
exit 1
