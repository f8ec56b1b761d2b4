package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("first process:", os.Getpid() == 1)
}
