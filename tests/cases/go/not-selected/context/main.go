// Command pulse counts to three.
package main

import "fmt"

func main() {
	for beat := 1; beat <= 3; beat++ {
		fmt.Println(beat)
	}
}
