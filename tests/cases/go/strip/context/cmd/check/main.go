package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"check"}, os.Args[1:]...))
}
