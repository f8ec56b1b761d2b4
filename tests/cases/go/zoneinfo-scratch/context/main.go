package main

import (
	"fmt"
	"time"
)

func main() {
	moment := time.Date(2024, time.January, 1, 12, 0, 0, 0, time.UTC)
	fmt.Println(moment.Local().Format(time.RFC3339))
}
