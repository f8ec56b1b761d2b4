module example.org/greeter

go 1.24

require example.org/phrases v0.0.0-00010101000000-000000000000

replace example.org/phrases => ./third_party/phrases
