module example.org/cube

go 1.22
