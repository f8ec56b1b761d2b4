//! What restage knows about base images and packages: tables, each with its source.
