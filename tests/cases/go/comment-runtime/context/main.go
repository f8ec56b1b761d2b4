package main

import (
	"fmt"
	"time"
)

func main() {
	for moment := range time.Tick(time.Minute) {
		fmt.Println("beat", moment.Unix())
	}
}
