package main

func main() { println("mailer") }
