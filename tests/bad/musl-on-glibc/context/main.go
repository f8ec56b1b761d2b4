package main

/*
#include <stdio.h>
#include <stdlib.h>
*/
import "C"

func main() {
	C.puts(C.CString("hello"))
	C.exit(0)
}
