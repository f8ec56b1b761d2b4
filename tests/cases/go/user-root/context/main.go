// Command greet prints a greeting.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	name := flag.String("name", "world", "who to greet")
	times := flag.Int("times", 1, "how often")
	flag.Parse()
	if *times < 1 {
		fmt.Fprintln(os.Stderr, "greet: -times must be positive")
		os.Exit(2)
	}
	for range *times {
		fmt.Printf("Hello, %s!\n", *name)
	}
}
