package main

func text() string { return "two files, one package" }
