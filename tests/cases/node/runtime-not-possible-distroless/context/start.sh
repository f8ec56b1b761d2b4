#!/bin/sh
export STARTED="$(date -u)"
exec node index.js
