package main

import (
	"fmt"

	"example.org/phrases"
)

func main() { fmt.Println(phrases.Morning) }
