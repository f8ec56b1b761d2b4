package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"
)

func kept(path string) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var words []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if word, found := strings.CutPrefix(lines.Text(), "keep = "); found {
			words = append(words, word)
		}
	}
	return words, nil
}

func main() {
	keep, err := kept("/etc/mirror.conf")
	if err != nil {
		log.Fatal(err)
	}
	for _, word := range os.Args[1:] {
		letters := []rune(word)
		if !slices.Contains(keep, word) {
			slices.Reverse(letters)
		}
		fmt.Println(string(letters))
	}
}
