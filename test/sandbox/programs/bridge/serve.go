package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func serve(arguments []string) error {
	owned, command := arguments[0] == "owned", arguments[1:]
	listener, err := net.FileListener(os.NewFile(listenerFile, "listener"))
	if err != nil {
		return err
	}
	syscall.CloseOnExec(listenerFile)
	control, err := net.Listen("unix", controlPath)
	if err != nil {
		return err
	}
	if owned {
		syscall.CloseOnExec(ownerFile)
		go watchOwner()
	}
	line, keeper := newLine(), newKeeper(command)
	go keeper.run()
	go accept(control, func(connection net.Conn) { answer(connection, line, keeper) })
	accept(listener, line.carry)
	return nil
}

func accept(listener net.Listener, handle func(net.Conn)) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Print(err)
			time.Sleep(100 * time.Millisecond) // out of file descriptors: the one reason that passes
			continue
		}
		go handle(connection)
	}
}

// answer puts one fault up and takes it down when the connection that asked for it ends.
func answer(connection net.Conn, line *line, keeper *keeper) {
	defer connection.Close()
	reader := bufio.NewReader(connection)
	text, err := reader.ReadString('\n')
	if err != nil {
		return
	}
	words := strings.Fields(text)
	var undo func()
	switch {
	case len(words) == 1 && words[0] == "api-server":
		undo = keeper.stop()
	case len(words) == 1 && words[0] == "cut":
		undo = line.cut()
	case len(words) == 1 && words[0] == "freeze":
		undo = line.freeze()
	case len(words) == 2 && words[0] == "slow":
		milliseconds, err := strconv.Atoi(words[1])
		if err != nil {
			fmt.Fprintln(connection, err)
			return
		}
		undo = line.slow(time.Duration(milliseconds) * time.Millisecond)
	default:
		fmt.Fprintf(connection, "no fault %q\n", strings.TrimSpace(text))
		return
	}
	defer undo()
	log.Printf("%s: on", strings.TrimSpace(text))
	fmt.Fprintln(connection, "held")
	_, _ = reader.ReadByte()
	log.Printf("%s: off", strings.TrimSpace(text))
}

// watchOwner ends the node when the process that it lives for has ended. The node's first process takes TERM as its
// order to stop.
func watchOwner() {
	poll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err == nil {
		err = syscall.EpollCtl(poll, syscall.EPOLL_CTL_ADD, ownerFile, &syscall.EpollEvent{Events: syscall.EPOLLIN})
	}
	if err != nil {
		log.Print("cannot watch the owner: ", err)
		return
	}
	events := make([]syscall.EpollEvent, 1)
	for {
		count, err := syscall.EpollWait(poll, events, -1)
		if count == 1 {
			log.Print("the owner has ended: stopping")
			_ = syscall.Kill(1, syscall.SIGTERM)
			return
		}
		if err != nil && err != syscall.EINTR {
			log.Print(err)
			return
		}
	}
}
