package main

import (
	"fmt"

	"git.example.org/lib/money"
)

func main() { fmt.Println(money.Parse("1.00")) }
