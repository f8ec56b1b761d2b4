package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"dispatch"}, os.Args[1:]...))
}
