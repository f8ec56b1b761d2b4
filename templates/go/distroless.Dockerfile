## A program that needs no shell: certificates, time zones, accounts and /tmp are there, little else.
FROM {{ platform }}{{ image }}{{ name }}
#% for line in args
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
