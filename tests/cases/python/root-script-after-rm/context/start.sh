#!/bin/sh
exec gunicorn --chdir /srv app:app
