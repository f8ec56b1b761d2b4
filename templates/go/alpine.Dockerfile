## A program that needs a shell, or musl as its C library.
FROM {{ platform }}{{ image }}{{ name }}
#% for line in args
{{ line }}
#% endfor
#% if packages
RUN apk add --no-cache {{ packages | join(" ") }}
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
