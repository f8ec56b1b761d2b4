package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(append([]string{"cron"}, os.Args[1:]...))
}
