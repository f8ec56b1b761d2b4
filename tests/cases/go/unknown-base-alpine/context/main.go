package main

func main() { println("tracking") }
