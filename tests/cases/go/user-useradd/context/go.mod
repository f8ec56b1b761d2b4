module example.org/whoami

go 1.24
