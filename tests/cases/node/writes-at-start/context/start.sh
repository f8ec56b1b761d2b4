#!/bin/sh
set -e
mkdir -p /data/visits
sed -i "s/hello/$GREETING/" dist/index.html
echo "started" > run.log
exec "$@"
