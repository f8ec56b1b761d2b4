#!/bin/sh
exec su-exec node node index.js
