// rbacproxy is a STAND-IN for kube-rbac-proxy, whose module cannot be had from the Go proxy; it is not that program.
// It does what kube-prometheus needs of it: TLS, the bearer token asked of a TokenReview, path and verb asked of a
// SubjectAccessReview, and then a reverse proxy to --upstream. Flags that it does not need are accepted and ignored.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

const (
	serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount/"
	answersHold    = time.Minute
)

// reviewer asks the API server who a token belongs to and what its owner may do, and remembers the answers for a while.
type reviewer struct {
	client  *http.Client
	address string
	mutex   sync.Mutex
	answers map[string]answer
}

type answer struct {
	status int
	until  time.Time
}

func newReviewer() (*reviewer, error) {
	authority, err := os.ReadFile(serviceAccount + "ca.crt")
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	return &reviewer{
		client:  &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}},
		address: "https://" + net.JoinHostPort(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")),
		answers: map[string]answer{},
	}, nil
}

// ask creates one review object and decodes the status that the API server gives it.
func (r *reviewer) ask(group, resource, kind string, spec, status any) error {
	token, err := os.ReadFile(serviceAccount + "token")
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{"apiVersion": group + "/v1", "kind": kind, "spec": spec})
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, r.address+"/apis/"+group+"/v1/"+resource, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+string(token))
	response, err := r.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		return fmt.Errorf("%s: the API server answers %s", kind, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(&struct {
		Status any `json:"status"`
	}{status})
}

// review gives the HTTP status of a request with this token: 200 when it may pass.
func (r *reviewer) review(token, path, verb string) int {
	var identity struct {
		Authenticated bool
		User          struct {
			Username string
			Groups   []string
		}
	}
	if err := r.ask("authentication.k8s.io", "tokenreviews", "TokenReview", map[string]any{"token": token}, &identity); err != nil {
		log.Print("rbacproxy: ", err)
		return http.StatusInternalServerError
	}
	if !identity.Authenticated {
		return http.StatusUnauthorized
	}
	var access struct{ Allowed bool }
	spec := map[string]any{
		"user": identity.User.Username, "groups": identity.User.Groups,
		"nonResourceAttributes": map[string]any{"path": path, "verb": verb},
	}
	if err := r.ask("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", spec, &access); err != nil {
		log.Print("rbacproxy: ", err)
		return http.StatusInternalServerError
	}
	if !access.Allowed {
		return http.StatusForbidden
	}
	return http.StatusOK
}

func (r *reviewer) status(token, path, verb string) int {
	key := strings.Join([]string{token, path, verb}, "\n")
	r.mutex.Lock()
	known, found := r.answers[key]
	r.mutex.Unlock()
	if found && time.Now().Before(known.until) {
		return known.status
	}
	status := r.review(token, path, verb)
	if status == http.StatusInternalServerError {
		return status
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.answers[key] = answer{status, time.Now().Add(answersHold)}
	return status
}

func (r *reviewer) guard(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		token, found := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer ")
		status := http.StatusUnauthorized
		if found {
			status = r.status(token, request.URL.Path, strings.ToLower(request.Method))
		}
		if status != http.StatusOK {
			http.Error(w, http.StatusText(status), status)
			return
		}
		request.Header.Del("Authorization")
		next.ServeHTTP(w, request)
	}
}

func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	certificate := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, certificate, certificate, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

func main() {
	listen := flag.String("secure-listen-address", ":8443", "address to serve TLS on")
	upstream := flag.String("upstream", "", "address that allowed requests go to")
	flag.String("tls-cipher-suites", "", "ignored")
	flag.Parse()
	target, err := url.Parse(*upstream)
	check(err)
	certificate, err := selfSigned()
	check(err)
	reviews, err := newReviewer()
	check(err)
	server := &http.Server{
		Addr:      *listen,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}},
		Handler:   reviews.guard(httputil.NewSingleHostReverseProxy(target)),
	}
	log.Print("rbacproxy, a stand-in for kube-rbac-proxy: listening on ", *listen)
	check(server.ListenAndServeTLS("", ""))
}

func check(err error) {
	if err != nil {
		log.Fatal("rbacproxy: ", err)
	}
}
