module example.org/playground

go 1.25
