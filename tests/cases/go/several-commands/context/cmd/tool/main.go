package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"tool"}, os.Args[1:]...))
}
