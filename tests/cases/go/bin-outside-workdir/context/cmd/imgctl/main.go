package main

import (
	"fmt"
	"os"

	"example.org/imgctl/internal/geometry"
)

func main() {
	if len(os.Args) != 3 || os.Args[1] != "resize" {
		fmt.Fprintln(os.Stderr, "usage: imgctl resize WxH")
		os.Exit(2)
	}
	size, err := geometry.Parse(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d pixels\n", size.Width*size.Height)
}
