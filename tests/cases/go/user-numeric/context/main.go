package main

import (
	"log"
	"os"
)

func main() {
	if err := os.WriteFile("/app/state", []byte("started\n"), 0o640); err != nil {
		log.Fatal(err)
	}
	log.Println("running as", os.Getuid())
}
