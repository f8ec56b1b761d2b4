module example.org/phrases

go 1.24
