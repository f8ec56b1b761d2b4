// Command trust says whether the system trusts the company's own certificate.
package main

import (
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"fmt"
	"log"
)

//go:embed certs/company.crt
var company []byte

func main() {
	block, _ := pem.Decode(company)
	if block == nil {
		log.Fatal("no certificate")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := cert.Verify(x509.VerifyOptions{}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("trusted:", cert.Subject.CommonName)
}
