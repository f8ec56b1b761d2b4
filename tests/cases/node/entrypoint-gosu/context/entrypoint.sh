#!/bin/sh
set -e

if [ "$(id -u)" = 0 ]; then
  chown -R node:node /var/lib/guestbook
  exec gosu node "$@"
fi
exec "$@"
