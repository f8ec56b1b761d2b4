module example.org/uid

go 1.24
