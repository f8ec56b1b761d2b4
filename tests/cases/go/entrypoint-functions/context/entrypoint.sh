#!/bin/bash
set -euo pipefail

log() { echo "[gate] $*"; }

function wait_for_url() {
	until curl --fail --silent "$1" >/dev/null; do
		sleep 1
	done
}

if [[ -n "${UPSTREAM:-}" ]]; then
	wait_for_url "$UPSTREAM"
fi
log "starting"
exec gate "$@"
