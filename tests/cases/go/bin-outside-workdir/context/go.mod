module example.org/imgctl

go 1.24
