//go:build !memory

package main

import "os"

func load() string {
	text, err := os.ReadFile("fixtures.d/large.json")
	if err != nil {
		panic(err)
	}
	return string(text)
}
