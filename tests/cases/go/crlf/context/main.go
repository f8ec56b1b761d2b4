package main

import (
	"net"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", ":7000")
	if err != nil {
		os.Exit(1)
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			continue
		}
		conn.Write([]byte("pong\n"))
		conn.Close()
	}
}
