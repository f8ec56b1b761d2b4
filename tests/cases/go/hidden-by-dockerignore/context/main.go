package main

import (
	"fmt"
	"log"
	"os"
)

func main() {
	settings, err := os.ReadFile("config/settings.yaml")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(settings))
}
