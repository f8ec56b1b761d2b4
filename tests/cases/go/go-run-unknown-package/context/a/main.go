package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"a"}, os.Args[1:]...))
}
