module example.org/shout

go 1.25

require example.org/upper v1.2.0
