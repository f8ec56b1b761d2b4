module example.org/pulse

go 1.24
