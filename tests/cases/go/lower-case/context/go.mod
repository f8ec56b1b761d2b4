module example.org/dice

go 1.24
