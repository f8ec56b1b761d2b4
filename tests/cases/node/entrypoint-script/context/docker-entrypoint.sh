#!/bin/bash
set -euo pipefail

# A file wins over the variable, as secrets are mounted as files.
if [[ -n "${GREETING_FILE:-}" ]]; then
  GREETING="$(< "$GREETING_FILE")"
  export GREETING
fi

exec "$@"
