package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"report"}, os.Args[1:]...))
}
