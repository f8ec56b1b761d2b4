module example.org/ready

go 1.25
