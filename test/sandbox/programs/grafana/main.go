// grafana stands in for Grafana, which is in no registry that this machine reaches. It behaves as Grafana 9, 11 or 13 do
// where Kubeprom meets them: sign-in, headers, cookies, redirects, sub-path, Live, and the APIs of dashboards. What it
// paints is its own page, which says so. The behaviours are those of grafana/grafana: pkg/middleware (csrf, csp,
// subpath_redirect, auth), pkg/services/live, pkg/api, and of its HTTP API documentation.
package main

import (
	"compress/gzip"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

var versions = map[string]string{"9": "9.5.21", "11": "11.6.4", "13": "13.0.1"}

// Grafana is one server.
type Grafana struct {
	major, version string
	root           *url.URL
	servesSubPath  bool
	signIn         string
	token, viewer  string
	overTLS        bool
	store          *store
	mutex          sync.Mutex
	sessions       map[string]bool
}

// role of whoever asks: "", Viewer or Admin.
func (g *Grafana) role(r *http.Request) string {
	switch authorization := r.Header.Get("Authorization"); {
	case authorization == "Bearer "+g.token, authorization == "Basic "+base64.StdEncoding.EncodeToString([]byte("admin:admin")):
		return "Admin"
	case authorization == "Bearer "+g.viewer:
		return "Viewer"
	case authorization != "":
		return ""
	}
	if g.signIn == "anonymous" {
		return "Viewer"
	}
	cookie, err := r.Cookie("grafana_session")
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if err == nil && g.sessions[cookie.Value] {
		return "Admin"
	}
	return ""
}

func (g *Grafana) subPath() string { return strings.TrimSuffix(g.root.Path, "/") }

// message is an error of the API in the form of the version.
func (g *Grafana) message(w http.ResponseWriter, status int, id, text string) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	body := map[string]any{"message": text}
	if g.major != "9" {
		body = map[string]any{"extra": nil, "message": text, "messageId": id, "statusCode": status, "traceID": ""}
	}
	_ = json.NewEncoder(w).Encode(body)
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

func random() string {
	bytes := make([]byte, 16)
	_, _ = rand.Read(bytes)
	return fmt.Sprintf("%x", bytes)
}

func (g *Grafana) cookie(w http.ResponseWriter, name, value string, age int, httpOnly bool) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: g.root.Path, MaxAge: age, HttpOnly: httpOnly, Secure: g.overTLS, SameSite: http.SameSiteLaxMode})
}

// ServeHTTP does what Grafana's middleware does, in its order: sub-path, CSRF, headers, sign-in.
func (g *Grafana) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sub := g.subPath()
	if g.servesSubPath && sub != "" {
		if !strings.HasPrefix(r.RequestURI, sub) {
			http.Redirect(w, r, g.root.String()+strings.TrimPrefix(r.RequestURI, "/"), http.StatusMovedPermanently)
			return
		}
		r.URL.Path = "/" + strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, sub), "/")
	}
	if _, err := r.Cookie("grafana_session"); err == nil && r.Header.Get("Origin") != "" {
		host, _, _ := strings.Cut(r.Host, ":")
		if origin, err := url.Parse(r.Header.Get("Origin")); err != nil || origin.Hostname() != host {
			http.Error(w, "origin not allowed", http.StatusForbidden)
			return
		}
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("X-Frame-Options", "deny")
	w.Header().Set("Cache-Control", "no-store")
	if g.overTLS {
		w.Header().Set("Strict-Transport-Security", "max-age=86400")
	}
	switch path := r.URL.Path; {
	case path == "/api/health":
		writeJSON(w, 200, map[string]string{"commit": "stand-in", "database": "ok", "version": g.version})
	case path == "/login" && r.Method == http.MethodPost:
		g.login(w, r)
	case path == "/login" && g.signIn == "oauth":
		http.Redirect(w, r, sub+"/login/generic_oauth", http.StatusFound)
	case path == "/login/generic_oauth":
		g.cookie(w, "oauth_state", random(), 600, true)
		http.Redirect(w, r, "https://sso.example.com/authorize?client_id=grafana&redirect_uri="+url.QueryEscape(g.root.String()+"login/generic_oauth"), http.StatusFound)
	case path == "/login":
		g.page(w, r, "login")
	case path == "/logout":
		g.cookie(w, "grafana_session", "", -1, true)
		http.Redirect(w, r, sub+"/login", http.StatusFound)
	case strings.HasPrefix(path, "/public/"):
		g.asset(w, r)
	case path == "/api/live/ws":
		g.live(w, r)
	case strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/apis/"):
		g.api(w, r)
	case g.role(r) == "":
		g.cookie(w, "redirect_to", url.QueryEscape(sub+r.URL.RequestURI()), 0, true)
		http.Redirect(w, r, sub+"/login", http.StatusFound)
	case strings.HasPrefix(path, "/dashboard/db/"):
		http.Redirect(w, r, sub+"/d/nodes/nodes", http.StatusMovedPermanently)
	default:
		g.page(w, r, "app")
	}
}

func (g *Grafana) login(w http.ResponseWriter, r *http.Request) {
	var said struct{ User, Password string }
	if err := json.NewDecoder(io.LimitReader(r.Body, 4096)).Decode(&said); err != nil || said.User != "admin" || said.Password != "admin" {
		g.message(w, 401, "password-auth.failed", "Invalid username or password")
		return
	}
	session := random()
	g.mutex.Lock()
	g.sessions[session] = true
	g.mutex.Unlock()
	g.cookie(w, "grafana_session", session, 2592000, true)
	g.cookie(w, "grafana_session_expiry", fmt.Sprint(time.Now().Add(10*time.Minute).Unix()), 2592000, false)
	writeJSON(w, 200, map[string]string{"message": "Logged in", "redirectUrl": g.subPath() + "/"})
}

// page is Grafana's index.html: every address gives the same, the script makes the rest.
func (g *Grafana) page(w http.ResponseWriter, r *http.Request, kind string) {
	nonce := random()
	policy := fmt.Sprintf("script-src 'self' 'nonce-%s'; object-src 'none'; font-src 'self'; style-src 'self' 'unsafe-inline'; img-src * data:; base-uri 'self'; connect-src 'self' grafana.com ws://%s wss://%s", nonce, g.root.Host, g.root.Host)
	if g.major != "9" {
		policy += "; frame-ancestors 'none'"
	}
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	theme := r.URL.Query().Get("theme")
	if theme != "light" {
		theme = "dark"
	}
	boot, _ := json.Marshal(map[string]any{"page": kind, "theme": theme, "settings": map[string]any{"appSubUrl": g.subPath(), "buildInfo": map[string]string{"version": g.version}}, "user": map[string]string{"role": g.role(r)}})
	text := fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><base href="%s/"><title>Grafana</title>
<link rel="stylesheet" href="public/build/app.css"></head><body class="theme-%s"><div id="reactRoot"></div>
<script nonce="%s">window.grafanaBootData = %s;</script><script nonce="%s" src="public/build/app.js"></script></body></html>`,
		html.EscapeString(g.subPath()), theme, nonce, boot, nonce)
	compressed(w, r, text)
}

func (g *Grafana) asset(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	switch r.URL.Path {
	case "/public/build/app.js":
		w.Header().Set("Content-Type", "application/javascript")
		compressed(w, r, appScript)
	case "/public/build/app.css":
		w.Header().Set("Content-Type", "text/css")
		compressed(w, r, appStyle)
	case "/public/large":
		// 20 MB that cannot be made smaller on the way.
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", "20000000")
		// As bytes, which is how Grafana writes its answers: Go sends a string in pieces of 4 kB.
		piece := []byte(strings.Repeat("0123456789", 100_000))
		for range 20 {
			_, _ = w.Write(piece)
		}
	default:
		http.NotFound(w, r)
	}
}

func compressed(w http.ResponseWriter, r *http.Request, text string) {
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		_, _ = io.WriteString(w, text)
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Vary", "Accept-Encoding")
	out := gzip.NewWriter(w)
	_, _ = io.WriteString(out, text)
	_ = out.Close()
}

func main() {
	major := flag.String("version", "11", "9, 11 or 13")
	listen := flag.String("listen", ":3000", "where to listen")
	root := flag.String("root-url", "http://localhost:3000/", "Grafana's root_url")
	subPath := flag.Bool("serve-from-sub-path", false, "Grafana's serve_from_sub_path")
	signIn := flag.String("sign-in", "form", "form, oauth or anonymous")
	token := flag.String("token", "glsa_standInEditor0123456789abcdefgh_0a1b2c3d", "of a service account that may write")
	viewer := flag.String("viewer-token", "glsa_standInViewer0123456789abcdefgh_0a1b2c3d", "of one that may read")
	certificate := flag.String("tls-cert", "", "PEM; then it serves https")
	key := flag.String("tls-key", "", "PEM")
	flag.Parse()
	address, err := url.Parse(strings.TrimSuffix(*root, "/") + "/")
	if err != nil || versions[*major] == "" {
		log.Fatalf("grafana: -version %s -root-url %s: no such thing", *major, *root)
	}
	g := &Grafana{major: *major, version: versions[*major], root: address, servesSubPath: *subPath, signIn: *signIn, token: *token, viewer: *viewer, overTLS: *certificate != "", store: newStore(), sessions: map[string]bool{}}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("grafana: a stand-in for Grafana %s, listening on %s", g.version, listener.Addr())
	if g.overTLS {
		log.Fatal(http.ServeTLS(listener, g, *certificate, *key))
	}
	log.Fatal(http.Serve(listener, g))
}
