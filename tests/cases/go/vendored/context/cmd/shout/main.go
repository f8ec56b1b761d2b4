package main

import (
	"fmt"
	"os"

	"example.org/upper"
)

func main() {
	fmt.Println(upper.Words(os.Args[1:]))
}
