package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"agent"}, os.Args[1:]...))
}
