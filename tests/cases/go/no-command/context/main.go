package main

func main() { println("workspace") }
