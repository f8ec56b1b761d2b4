#!/bin/sh
set -e
echo "$GREETING" > /etc/greeting
exec "$@"
