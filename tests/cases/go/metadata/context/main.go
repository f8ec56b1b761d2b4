package main

import (
	"fmt"
	"os"
)

var (
	version = "unset"
	date    = "unset"
)

func main() {
	dir, _ := os.Getwd()
	fmt.Printf("version=%q date=%q env=%q app=%q dir=%q\n", version, date, os.Getenv("APP_ENV"), os.Getenv("APP_VERSION"), dir)
}
