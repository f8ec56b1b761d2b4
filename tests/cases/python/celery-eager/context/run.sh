#!/bin/sh
# One task goes through the broker to a worker that ends when it is done.
set -e
python send.py
celery --app tasks --quiet worker --pool solo --loglevel error --without-gossip --without-mingle
