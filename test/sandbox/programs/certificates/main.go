// certificates makes a certificate authority and the certificates that it signs.
// It reads [{name, commonName, organization, hosts}] from standard input and writes
// {name: {certificate, key}} in PEM to standard output, with the authority under "ca".
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"log"
	"math/big"
	"net"
	"os"
	"time"
)

type request struct {
	Name         string   `json:"name"`
	CommonName   string   `json:"commonName"`
	Organization []string `json:"organization"`
	Hosts        []string `json:"hosts"`
}

type pair struct {
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

func main() {
	var requests []request
	check(json.NewDecoder(os.Stdin).Decode(&requests))
	authority := template(request{CommonName: "sandbox"})
	authority.IsCA, authority.BasicConstraintsValid = true, true
	authority.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature
	authority.ExtKeyUsage = nil
	authorityKey := newKey()
	pairs := map[string]pair{"ca": sign(authority, authority, authorityKey, authorityKey)}
	for _, one := range requests {
		key := newKey()
		pairs[one.Name] = sign(template(one), authority, key, authorityKey)
	}
	check(json.NewEncoder(os.Stdout).Encode(pairs))
}

func template(one request) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	check(err)
	certificate := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: one.CommonName, Organization: one.Organization},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().AddDate(10, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	for _, host := range one.Hosts {
		if address := net.ParseIP(host); address != nil {
			certificate.IPAddresses = append(certificate.IPAddresses, address)
		} else {
			certificate.DNSNames = append(certificate.DNSNames, host)
		}
	}
	return certificate
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	return key
}

func sign(certificate, authority *x509.Certificate, key, authorityKey *ecdsa.PrivateKey) pair {
	der, err := x509.CreateCertificate(rand.Reader, certificate, authority, &key.PublicKey, authorityKey)
	check(err)
	keyDer, err := x509.MarshalECPrivateKey(key)
	check(err)
	return pair{
		Certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		Key:         string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDer})),
	}
}

func check(err error) {
	if err != nil {
		log.Fatal("certificates: ", err)
	}
}
