module example.org/relver

go 1.24
