package main

/*
#cgo LDFLAGS: -lm
#include <math.h>
*/
import "C"

import "fmt"

func main() {
	fmt.Println(float64(C.sqrt(2)))
}
