package main

import (
	"fmt"

	"example.com/text/title"
)

func main() { fmt.Println(title.Of("every word")) }
