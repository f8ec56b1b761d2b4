package main

func main() { println("cleaner") }
