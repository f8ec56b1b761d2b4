package main

import (
	"fmt"
	"os"

	"example.org/tally/count"
)

func main() {
	text, err := os.ReadFile("data/words.txt")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(count.Words(string(text)))
}
