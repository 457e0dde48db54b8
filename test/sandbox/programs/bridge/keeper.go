package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"time"
)

// keeper keeps one command running: it starts it again when it ends, unless it was told to stop it.
type keeper struct {
	command []string
	mutex   sync.Mutex
	changed *sync.Cond
	stops   int
	running *exec.Cmd
}

func newKeeper(command []string) *keeper {
	k := &keeper{command: command}
	k.changed = sync.NewCond(&k.mutex)
	return k
}

func (k *keeper) run() {
	for {
		process, err := k.start()
		if err == nil {
			err = process.Wait()
		}
		log.Printf("%s ended: %v", k.command[0], err)
		k.mutex.Lock()
		k.running = nil
		k.changed.Broadcast()
		restart := k.stops == 0
		k.mutex.Unlock()
		if restart {
			time.Sleep(time.Second) // it ended by itself: do not spin
		}
	}
}

// start waits until nobody wants the command stopped.
func (k *keeper) start() (*exec.Cmd, error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	for k.stops > 0 {
		k.changed.Wait()
	}
	process := exec.Command(k.command[0], k.command[1:]...)
	process.Stdout, process.Stderr = os.Stdout, os.Stderr
	if err := process.Start(); err != nil {
		return nil, err
	}
	k.running = process
	return process, nil
}

// stop returns when the command has ended; it is started again when the last of its stops is undone.
func (k *keeper) stop() (undo func()) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.stops++
	for k.running != nil {
		_ = k.running.Process.Kill()
		k.changed.Wait()
	}
	return func() {
		k.mutex.Lock()
		defer k.mutex.Unlock()
		k.stops--
		k.changed.Broadcast()
	}
}

// ready asks /readyz, which the API server answers without credentials. Its certificate is not looked at: the address
// is this network namespace's own.
func ready(arguments []string) error {
	limit, err := seconds(arguments[0])
	if err != nil {
		return err
	}
	context, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for {
		response, err := client.Get("https://" + apiServer + "/readyz")
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
			err = errors.New(response.Status)
		}
		select {
		case <-context.Done():
			return fmt.Errorf("the API server is not ready after %s: %w", limit, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// compact goes through etcd's JSON gateway. A list that was begun before it cannot be continued (410 Gone).
func compact() error {
	var at struct{ Header struct{ Revision string } }
	if err := callEtcd("/v3/kv/range", map[string]any{"key": "AA==", "limit": 1}, &at); err != nil {
		return err
	}
	return callEtcd("/v3/kv/compaction", map[string]any{"revision": at.Header.Revision, "physical": true}, &struct{}{})
}

func callEtcd(path string, question, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	response, err := http.Post(etcd+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("etcd answers %s to %s", response.Status, path)
	}
	return json.NewDecoder(response.Body).Decode(answer)
}
