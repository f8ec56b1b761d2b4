#!/bin/sh
set -e
echo "harbour ${HARBOUR:-Leith}"
exec cargo run --release -- "${HARBOUR:-Leith}"
