// bridge is the one way from the root namespace to the API server of a sandbox, and the keeper of that API server.
//
//	bridge open PORT RECORD OWNER COMMAND…  opens 127.0.0.1:PORT, writes "PID STARTTIME" to RECORD, becomes COMMAND
//	bridge serve owned|free COMMAND…        runs COMMAND (kube-apiserver) and passes connections on to it
//	bridge ready SECONDS                    waits until the API server is ready
//	bridge hold FAULT [MILLISECONDS]        keeps a fault up until its own standard input ends
//	bridge compact                          forgets etcd's history up to now
//
// A listening socket belongs to the network namespace that it was opened in. So `open` opens it in the root namespace
// and hands it down, through unshare and the node's first process, to `serve` inside: no address, no route and no
// further process is needed outside, and the port closes when the node's last process ends.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	listenerFile = 3 // inherited: the listening socket
	ownerFile    = 4 // inherited: a pidfd of the process that the sandbox lives for, when there is one
	apiServer    = "127.0.0.1:6443"
	etcd         = "http://127.0.0.1:2379"
	controlPath  = "/run/bridge.sock" // on the node's own tmpfs
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("bridge: ")
	if len(os.Args) < 2 {
		log.Fatal("open, serve, ready, hold or compact?")
	}
	var err error
	switch arguments := os.Args[2:]; os.Args[1] {
	case "open":
		err = open(arguments)
	case "serve":
		err = serve(arguments)
	case "ready":
		err = ready(arguments)
	case "hold":
		err = hold(arguments)
	case "compact":
		err = compact()
	default:
		err = fmt.Errorf("no command %q", os.Args[1])
	}
	if err != nil {
		log.Fatal(err)
	}
}

// open never returns when all goes well: the process becomes the command, with the same pid as in the record.
func open(arguments []string) error {
	port, record, owner, command := arguments[0], arguments[1], arguments[2], arguments[3:]
	listener, err := net.Listen("tcp4", "127.0.0.1:"+port)
	if err != nil {
		return err
	}
	started, err := startTime(os.Getpid())
	if err != nil {
		return err
	}
	if err := os.WriteFile(record, fmt.Appendf(nil, "%d %s\n", os.Getpid(), started), 0o600); err != nil {
		return err
	}
	socket, err := listener.(*net.TCPListener).File()
	if err != nil {
		return err
	}
	inherited := []int{int(socket.Fd())}
	if owner != "" {
		handle, err := openProcess(owner)
		if err != nil {
			return err
		}
		inherited = append(inherited, handle)
	}
	return become(command, inherited)
}

// become replaces this program by the command, which finds the files under the numbers from listenerFile on.
func become(command []string, files []int) error {
	program, err := exec.LookPath(command[0])
	if err != nil {
		return err
	}
	for index, file := range files {
		// First away from the numbers that are given out below.
		moved, _, failure := syscall.Syscall(syscall.SYS_FCNTL, uintptr(file), syscall.F_DUPFD_CLOEXEC, 10)
		if failure != 0 {
			return failure
		}
		files[index] = int(moved)
	}
	for index, file := range files {
		// Without O_CLOEXEC. The runtime may have used these numbers itself; it ends here.
		if err := syscall.Dup3(file, listenerFile+index, 0); err != nil {
			return err
		}
	}
	return syscall.Exec(program, command, os.Environ())
}

// startTime is field 22 of /proc/PID/stat, in clock ticks after boot: with the pid it names a process for good.
func startTime(pid int) (string, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	_, afterName, _ := strings.Cut(string(stat), ") ")
	return strings.Fields(afterName)[19], nil
}

// openProcess gives a pidfd, which becomes readable when the process ends, in whatever namespace it is watched.
func openProcess(pid string) (int, error) {
	const pidfdOpen = 434 // the same number on every architecture
	number, err := strconv.Atoi(pid)
	if err != nil {
		return 0, err
	}
	handle, _, failure := syscall.Syscall(pidfdOpen, uintptr(number), 0, 0)
	if failure != 0 {
		return 0, fmt.Errorf("the owner, process %s: %w", pid, failure)
	}
	return int(handle), nil
}

// hold asks the serving bridge for a fault. The fault lasts as long as the connection, and the connection as long as
// this process: when whoever started it dies, its standard input ends and the fault is undone.
func hold(arguments []string) error {
	connection, err := net.Dial("unix", controlPath)
	if err != nil {
		return err
	}
	defer connection.Close()
	fmt.Fprintln(connection, strings.Join(arguments, " "))
	answer := make([]byte, 256)
	length, err := connection.Read(answer)
	if err != nil {
		return err
	}
	fmt.Print(string(answer[:length]))
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func seconds(text string) (time.Duration, error) {
	number, err := strconv.Atoi(text)
	return time.Duration(number) * time.Second, err
}
