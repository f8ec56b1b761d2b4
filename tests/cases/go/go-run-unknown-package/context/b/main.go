package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"b"}, os.Args[1:]...))
}
