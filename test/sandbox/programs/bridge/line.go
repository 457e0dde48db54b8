package main

import (
	"net"
	"sync"
	"time"
)

// line carries the connections between the root namespace and the API server, and can be made to fail. Faults of the
// same kind may overlap: each is counted, or kept on its own, until it is undone.
type line struct {
	mutex   sync.Mutex
	changed *sync.Cond
	cuts    int
	freezes int
	delays  map[*time.Duration]struct{}
	open    map[net.Conn]struct{}
}

func newLine() *line {
	l := &line{delays: map[*time.Duration]struct{}{}, open: map[net.Conn]struct{}{}}
	l.changed = sync.NewCond(&l.mutex)
	return l
}

// cut ends every connection, and every new one as soon as it is made.
func (l *line) cut() (undo func()) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.cuts++
	for connection := range l.open {
		connection.Close()
	}
	return func() { l.change(func() { l.cuts-- }) }
}

// freeze lets nothing through in either direction: connections stay open and silent.
func (l *line) freeze() (undo func()) {
	l.change(func() { l.freezes++ })
	return func() { l.change(func() { l.freezes-- }) }
}

// slow holds every piece of an answer back for a while.
func (l *line) slow(delay time.Duration) (undo func()) {
	l.change(func() { l.delays[&delay] = struct{}{} })
	return func() { l.change(func() { delete(l.delays, &delay) }) }
}

func (l *line) change(apply func()) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	apply()
	l.changed.Broadcast()
}

// enter notes a connection, so that a cut can end it; false while the line is cut.
func (l *line) enter(connection net.Conn) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.cuts > 0 {
		return false
	}
	l.open[connection] = struct{}{}
	return true
}

func (l *line) leave(connection net.Conn) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	delete(l.open, connection)
	connection.Close()
}

// pass waits while the line is frozen and gives the delay that holds then.
func (l *line) pass() time.Duration {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for l.freezes > 0 {
		l.changed.Wait()
	}
	var longest time.Duration
	for delay := range l.delays {
		longest = max(longest, *delay)
	}
	return longest
}

func (l *line) carry(outside net.Conn) {
	if !l.enter(outside) {
		outside.Close()
		return
	}
	defer l.leave(outside)
	inside, err := net.Dial("tcp4", apiServer)
	if err != nil {
		return
	}
	defer inside.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.copy(inside, outside, false)
		_ = inside.(*net.TCPConn).CloseWrite()
	}()
	l.copy(outside, inside, true)
	_ = outside.(*net.TCPConn).CloseWrite()
	// A client that has its answer may keep its half open for ever when the server has gone.
	_ = outside.SetReadDeadline(time.Now().Add(time.Second))
	<-done
}

func (l *line) copy(to, from net.Conn, isAnswer bool) {
	buffer := make([]byte, 64<<10)
	for {
		length, err := from.Read(buffer)
		if length > 0 {
			delay := l.pass()
			if isAnswer {
				time.Sleep(delay)
			}
			if _, err := to.Write(buffer[:length]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
