#!/bin/sh
set -e
exec poetry run python -m diary
