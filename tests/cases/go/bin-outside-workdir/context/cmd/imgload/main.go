// Command imgload is for load tests; the image does not have it.
package main

import "fmt"

func main() { fmt.Println("loading") }
