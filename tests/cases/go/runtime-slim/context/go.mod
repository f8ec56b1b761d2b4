module example.org/hostsum

go 1.24
