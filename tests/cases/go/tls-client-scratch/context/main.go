package main

import (
	"crypto/tls"
	"fmt"
	"log"
	"net"
	"net/url"
	"os"
	"time"
)

func main() {
	target, err := url.Parse(os.Getenv("TLS_URL"))
	if err != nil {
		log.Fatal(err)
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	conn, err := tls.DialWithDialer(dialer, "tcp", target.Host, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	fmt.Println("certificate accepted for", target.Hostname())
}
