#!/bin/sh
# wait-for.sh PATH... -- COMMAND...
usage() {
	echo "usage: wait-for.sh PATH... -- COMMAND..." >&2
	exit 64
}

present() {
	for try in 1 2 3; do
		[ -e "$1" ] && return 0
		sleep 1
	done
	return 1
}

while [ $# -gt 0 ] && [ "$1" != "--" ]; do
	present "$1" || usage
	shift
done
[ $# -gt 1 ] || usage
shift
exec "$@"
