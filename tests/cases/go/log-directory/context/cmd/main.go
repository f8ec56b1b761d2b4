package main

import (
	"fmt"

	"example.org/audit/platform/logger"
)

func main() {
	logger.New().Print("started")
	fmt.Println("started")
}
