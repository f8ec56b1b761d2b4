#!/usr/bin/env bash
set -e

if [[ ! -f app.db ]]; then
  python migrate.py schema.sql app.db
fi

exec "$@"
