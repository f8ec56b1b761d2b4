package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"worker"}, os.Args[1:]...))
}
