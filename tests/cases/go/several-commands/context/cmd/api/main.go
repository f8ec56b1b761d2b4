package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"api"}, os.Args[1:]...))
}
