module example.org/devserver

go 1.24
