#!/bin/sh
set -eu

: "${GREETING:=Hello}"
export GREETING

if [ "${1#-}" != "$1" ]; then
	set -- ./worker "$@"
fi

exec "$@"
