package main

/*
#cgo LDFLAGS: -lmeter
#include <meter.h>
*/
import "C"

import "fmt"

func main() {
	fmt.Println(int(C.meter_read()))
}
