//go:build memory

package main

import "os"

func load() string {
	text, err := os.ReadFile("seed/small.json")
	if err != nil {
		panic(err)
	}
	return string(text)
}
