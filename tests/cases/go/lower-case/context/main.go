package main

import (
	"fmt"
	"math/rand"
	"os"
	"strconv"
)

func main() {
	seed, err := strconv.ParseInt(os.Getenv("DICE_SEED"), 10, 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	roll := rand.New(rand.NewSource(seed))
	for range 5 {
		fmt.Print(roll.Intn(6)+1, " ")
	}
	fmt.Println()
}
