package main

import (
	"log"

	"example.com/orm/lite"
)

func main() { log.Fatal(lite.Open("ledger.db")) }
