## Node alone: the entrypoint is node itself, and there is no shell, no npm, no package manager.
FROM {{ platform }}{{ image }}{{ name }}
#% for line in args
{{ line }}
#% endfor
#% for line in setup
{{ line }}
#% endfor
#% for line in env
{{ line }}
#% endfor
#% for copy in copies
COPY --from={{ builder }} {% if copy.owner %}--chown={{ copy.owner }} {% endif %}{{ copy.source }} {{ copy.path }}
#% endfor
WORKDIR {{ workdir }}
#% if user
USER {{ user }}
#% endif
#% for line in contract
{{ line }}
#% endfor
