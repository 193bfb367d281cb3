#!/bin/sh
# Builds app/meetings/zones/zones.zip, the only zone data that Carnet uses, from the tzdata package of
# this Debian or Ubuntu system. The archive is committed; run this when a newer tzdata is out.
# Needs tzdata (apt-get install --only-upgrade tzdata), zic (libc-bin) and zip.
# The same source gives the same bytes: entries are sorted, and their dates are fixed.
set -eu
cd "$(dirname "$0")/.."
source=${1:-/usr/share/zoneinfo/tzdata.zi}
out=$PWD/app/meetings/zones/zones.zip
least=2026f

PATH=$PATH:/usr/sbin
version=$(sed -n '1s/^# version //p' "$source")
if [ "$(printf '%s\n%s\n' "$least" "$version" | LC_ALL=C sort | head -n 1)" != "$least" ]; then
	echo "zones.sh: $source holds ${version:-no version}, Carnet needs $least or newer; upgrade tzdata first" >&2
	exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/zones"
# Links are kept apart, as lines "name target", and zones that are only another name take no room.
zic -b slim -d "$work/zones" "$source"
awk '$1 == "L" { print $3, $2 }' "$source" | LC_ALL=C sort >"$work/links"
cut -d' ' -f1 "$work/links" | while read -r name; do rm "$work/zones/$name"; done
find "$work/zones" -type d -empty -delete
cp "$work/links" "$work/zones/links"
echo "$version" >"$work/zones/version"
find "$work/zones" -exec touch -d 2026-01-01T00:00:00Z {} +
rm -f "$work/zones.zip"
(cd "$work/zones" && find . -type f | sed 's|^\./||' | LC_ALL=C sort | TZ=UTC zip -q -9 -X -D "$work/zones.zip" -@)
mv "$work/zones.zip" "$out"
echo "zones.zip: tzdata $version, $(wc -c <"$out") bytes"
