package main

import (
	"fmt"
	"os"
	"slices"
)

func main() {
	for _, word := range os.Args[1:] {
		letters := []rune(word)
		slices.Reverse(letters)
		fmt.Println(string(letters), string(letters) == word)
	}
}
