module example.org/debuggee

go 1.25
