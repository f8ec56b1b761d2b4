// Command clock prints one moment in the time zones named by its arguments.
package main

import (
	"fmt"
	"log"
	"os"
	"time"
)

func main() {
	moment := time.Date(2024, time.July, 1, 12, 0, 0, 0, time.UTC)
	for _, name := range os.Args[1:] {
		zone, err := time.LoadLocation(name)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(name, moment.In(zone).Format(time.RFC3339))
	}
}
