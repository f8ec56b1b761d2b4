package main

import (
	"fmt"
	"os"
)

func main() {
	seeds, err := os.ReadFile("seeds/names.txt")
	if err != nil {
		fmt.Println(err)
		os.Exit(3)
	}
	fmt.Print(string(seeds), len(os.Args), "\n")
}
