#!/bin/bash
set -euo pipefail

IFS=',' read -r -a targets <<< "${TARGETS:-east}"
exec compass "${targets[@]}" "$@"
