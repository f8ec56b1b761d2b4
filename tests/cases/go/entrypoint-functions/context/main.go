package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"gate"}, os.Args[1:]...))
}
