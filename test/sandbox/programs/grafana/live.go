package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// live is Grafana Live: a WebSocket for who is signed in and comes from root_url's own page, or says no Origin.
func (g *Grafana) live(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" {
		if address, err := url.Parse(origin); err != nil || !strings.EqualFold(address.Host, g.root.Host) || address.Scheme != g.root.Scheme {
			http.Error(w, "Forbidden", http.StatusForbidden)
			return
		}
	}
	if g.role(r) == "" {
		g.message(w, 401, "auth.unauthorized", "Unauthorized")
		return
	}
	hijacker, ok := w.(http.Hijacker)
	key := r.Header.Get("Sec-WebSocket-Key")
	if !ok || key == "" || !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		http.Error(w, "Bad Request", http.StatusBadRequest)
		return
	}
	connection, buffered, err := hijacker.Hijack()
	if err != nil {
		return
	}
	defer connection.Close()
	accept := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	fmt.Fprintf(connection, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(accept[:]))
	var mutex sync.Mutex
	send := func(opcode byte, body []byte) error {
		mutex.Lock()
		defer mutex.Unlock()
		return writeFrame(connection, opcode, body)
	}
	ended := make(chan struct{})
	go func() {
		for count := 1; ; count++ {
			select {
			case <-ended:
				return
			case <-time.After(250 * time.Millisecond):
				if send(1, fmt.Appendf(nil, `{"push":{"channel":"1/plugin/testdata/stream","pub":{"data":{"count":%d}}}}`, count)) != nil {
					return
				}
			}
		}
	}()
	defer close(ended)
	for {
		opcode, body, err := readFrame(buffered.Reader)
		switch {
		case err != nil:
			return
		case opcode == 8:
			_ = send(8, body)
			return
		case opcode == 9:
			_ = send(10, body)
		case opcode == 1:
			_ = send(1, []byte(`{"id":1,"connect":{"client":"stand-in","version":"`+g.version+`"}}`))
		}
	}
}

func writeFrame(w net.Conn, opcode byte, body []byte) error {
	head := []byte{0x80 | opcode}
	switch {
	case len(body) < 126:
		head = append(head, byte(len(body)))
	default:
		head = binary.BigEndian.AppendUint16(append(head, 126), uint16(len(body)))
	}
	_, err := w.Write(append(head, body...))
	return err
}

// readFrame reads one frame of a client, which masks what it sends.
func readFrame(r *bufio.Reader) (byte, []byte, error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(r, head); err != nil {
		return 0, nil, err
	}
	length := int(head[1] & 0x7f)
	if length == 126 {
		extended := make([]byte, 2)
		if _, err := io.ReadFull(r, extended); err != nil {
			return 0, nil, err
		}
		length = int(binary.BigEndian.Uint16(extended))
	} else if length == 127 {
		return 0, nil, fmt.Errorf("a message of the page is too long")
	}
	rest := make([]byte, 4+length)
	if _, err := io.ReadFull(r, rest); err != nil {
		return 0, nil, err
	}
	body := rest[4:]
	for index := range body {
		body[index] ^= rest[index%4]
	}
	return head[0] & 0x0f, body, nil
}
