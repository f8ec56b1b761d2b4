package main

func main() { println("attach to me") }
