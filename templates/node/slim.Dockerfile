## Node on its own slim image of the same release: node, npm and a shell, nothing to build with.
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
