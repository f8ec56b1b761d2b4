## A Rust program on the slim Debian of the release that it was built on.
##
## What the builder stage spends, in CPU seconds (crates compiled), for a server with 70 packages in
## its Cargo.lock; rust 1.95, buildah 1.28, downloads included, 2 processors shared with others:
##
##                                  naive     layer     cargo-chef  mounts
##   cold                           83 (65)   82 (66)   81 (66)     82 (65)
##   a source changed               84 (65)    9 (1)    11 (1)      10 (1)
##     layers kept, mounts gone     84 (65)    9 (1)    11 (1)      85 (65)
##     layers gone, mounts kept     as cold   as cold   as cold     11 (1)
##   a dependency added             84 (67)   82 (68)   87 (68)     11 (3)
##     layers kept, mounts gone     84 (67)   82 (68)   87 (68)     as cold
##     layers gone, mounts kept     as cold   as cold   as cold     12 (3)
##
## The first three use no mounts: what they spend without them repeats the row above. "As cold" was
## not measured: nothing that was kept takes part. To install cargo-chef took 125 (87) more.
## The layer is the default, and `--cache mounts` the other way; why: src/toolchain/rust/layers.rs
FROM {{ platform }}{{ image }}{{ name }}
#% for line in args
{{ line }}
#% endfor
#% if packages
RUN {% if manuals %}mkdir -p {{ manuals | join(" ") }} && {% endif %}apt-get update \
    && {% if noninteractive %}DEBIAN_FRONTEND=noninteractive {% endif %}apt-get install -y {% if not recommends %}--no-install-recommends {% endif %}{{ packages | join(" ") }} \
    && rm -rf /var/lib/apt/lists/*
#% endif
#% for line in setup
{{ line }}
#% endfor
#% for line in env
{{ line }}
#% endfor
#% for copy in copies
COPY --from={{ builder }} {% if copy.owner %}--chown={{ copy.owner }} {% endif %}{{ copy.source }} {{ copy.path }}
#% endfor
#% for line in links
{{ line }}
#% endfor
WORKDIR {{ workdir }}
#% if user
USER {{ user }}
#% endif
#% for line in contract
{{ line }}
#% endfor
