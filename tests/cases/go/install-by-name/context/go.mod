module example.org/accounts

go 1.25
