module example.org/beat

go 1.25
