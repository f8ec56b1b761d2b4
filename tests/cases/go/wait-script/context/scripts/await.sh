#!/bin/sh
set -e
until [ -d "$1" ]; do
	sleep 1
done
while [ "$1" != "--" ]; do
	shift
done
shift
exec "$@"
