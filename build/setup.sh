#!/usr/bin/env bash
# Sets up a machine to build, run and test Carnet; safe to run again, quick when nothing is missing.
#   setup.sh          what `make demo` needs
#   setup.sh test     and what `make test` needs besides
# On Debian and Ubuntu it installs missing packages; elsewhere it prints what to install.
set -euo pipefail
cd "$(dirname "$0")/.."
for_what=${1:-demo}

# package and a file or command that shows that it is there
needs_demo=(
	"gcc:/usr/bin/gcc" "make:/usr/bin/make" "pkg-config:/usr/bin/pkg-config"
	"libgtk-3-dev:gtk+-3.0.pc" "libwebkit2gtk-4.1-dev:webkit2gtk-4.1.pc"
	"xvfb:/usr/bin/Xvfb" "xauth:/usr/bin/xauth" "imagemagick:/usr/bin/import" "fonts-liberation:/usr/share/fonts/truetype/liberation"
)
needs_test=("chromium:/usr/bin/chromium" "tzdata:/usr/share/zoneinfo/tzdata.zi" "fontconfig:/usr/bin/fc-list"
	"postfix:/usr/sbin/postfix" "sasl2-bin:/usr/sbin/saslpasswd2" "libsasl2-modules:/usr/lib/$(uname -m)-linux-gnu/sasl2/libplain.so"
	"python3-icalendar:/usr/lib/python3/dist-packages/icalendar/__init__.py" "dovecot-imapd:/usr/lib/dovecot/imap"
	"poppler-utils:/usr/bin/pdftoppm" "zbar-tools:/usr/bin/zbarimg" "iproute2:/usr/sbin/ip")

present() { # evidence
	case $1 in
	*.pc) compgen -G "/usr/lib/*/pkgconfig/$1" >/dev/null || [ -e "/usr/share/pkgconfig/$1" ] ;;
	*) [ -e "$1" ] ;;
	esac
}

command -v go >/dev/null || { echo "setup: please install Go 1.26 or newer" >&2; exit 1; }
command -v npm >/dev/null || { echo "setup: please install Node 20 or newer with npm" >&2; exit 1; }

tools=(s3)
[ "$for_what" = test ] && tools=(s3 minio wails lint toxiproxy)
build/tools/build.sh "${tools[@]}" & # while packages come
building=$!
trap 'kill "$building" 2>/dev/null || :' EXIT

needs=("${needs_demo[@]}")
[ "$for_what" = test ] && needs+=("${needs_test[@]}")
missing=()
if [ "$(uname -s)" = Linux ]; then
	for need in "${needs[@]}"; do present "${need#*:}" || missing+=("${need%%:*}"); done
fi

if [ ${#missing[@]} -gt 0 ]; then
	as_root=()
	[ "$(id -u)" = 0 ] || as_root=(sudo -n)
	if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
		echo "setup: installing ${missing[*]}"
		"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
		"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/tmp/carnet-setup.log 2>&1 ||
			{ tail -20 /tmp/carnet-setup.log >&2; exit 1; }
	else
		echo "setup: please install these packages (names as on Debian), then run this again: ${missing[*]}" >&2
		exit 1
	fi
fi

stamp=frontend/node_modules/.package-lock.json
if [ ! -e "$stamp" ] || [ frontend/package-lock.json -nt "$stamp" ]; then
	echo "setup: npm ci"
	(cd frontend && npm ci --no-audit --no-fund --loglevel=error)
	touch "$stamp"
fi
wait "$building"
