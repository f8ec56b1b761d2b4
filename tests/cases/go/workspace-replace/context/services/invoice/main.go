package main

import (
	"fmt"

	"example.org/money"
)

func main() { fmt.Println("total", money.Format(129905)) }
