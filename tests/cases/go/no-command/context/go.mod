module example.org/workspace

go 1.25
