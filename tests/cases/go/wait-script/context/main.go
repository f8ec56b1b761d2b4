package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"poller"}, os.Args[1:]...))
}
