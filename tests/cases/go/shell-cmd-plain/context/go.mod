module example.org/motd

go 1.22
