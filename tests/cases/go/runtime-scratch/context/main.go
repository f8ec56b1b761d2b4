// Command spool writes a temporary file and reads it back.
package main

import (
	"fmt"
	"log"
	"os"
)

func main() {
	file, err := os.CreateTemp("", "spool-*")
	if err != nil {
		log.Fatal(err)
	}
	defer os.Remove(file.Name())
	if _, err := file.WriteString("spooled"); err != nil {
		log.Fatal(err)
	}
	text, err := os.ReadFile(file.Name())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
}
