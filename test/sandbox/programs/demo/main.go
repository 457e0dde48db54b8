// demo is the sample application of the sandbox, and a sink for alerts.
//
//	GET  /metrics      cpu_temperature_celsius and demo_scrapes_total
//	POST /temperature  sets the gauge to the number in the body
//	POST /hook         keeps the body: what an Alertmanager webhook sends
//	GET  /hook         the bodies kept so far, as a JSON array, oldest first
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

const keptBodies = 100

type state struct {
	mutex       sync.Mutex
	temperature float64
	scrapes     int
	received    []json.RawMessage
}

func (s *state) metrics(w http.ResponseWriter, _ *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.scrapes++
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	fmt.Fprintf(w, "# HELP cpu_temperature_celsius Current temperature of the CPU.\n# TYPE cpu_temperature_celsius gauge\ncpu_temperature_celsius %g\n", s.temperature)
	fmt.Fprintf(w, "# HELP demo_scrapes_total Times that these metrics were read.\n# TYPE demo_scrapes_total counter\ndemo_scrapes_total %d\n", s.scrapes)
}

func (s *state) setTemperature(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 64))
	value, err := strconv.ParseFloat(strings.TrimSpace(string(body)), 64)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.temperature = value
}

func (s *state) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil || !json.Valid(body) {
		http.Error(w, "the body is not JSON", http.StatusBadRequest)
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.received = append(s.received, body)
	s.received = s.received[max(0, len(s.received)-keptBodies):]
}

func (s *state) listReceived(w http.ResponseWriter, _ *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(append([]json.RawMessage{}, s.received...))
}

func main() {
	s := &state{temperature: 65}
	http.HandleFunc("GET /metrics", s.metrics)
	http.HandleFunc("POST /temperature", s.setTemperature)
	http.HandleFunc("POST /hook", s.receive)
	http.HandleFunc("GET /hook", s.listReceived)
	log.Print("demo: listening on :8080")
	log.Fatal(http.ListenAndServe(":8080", nil))
}
