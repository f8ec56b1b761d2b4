package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"mail"}, os.Args[1:]...))
}
