import markupsafe

print(markupsafe.escape("<b>Tom & Jerry</b>"), markupsafe._escape_inner.__module__)
