package main

import (
	"encoding/json"
	"io"
	"sync"
)

// lines writes one JSON document a line, in order, and never makes the caller wait for the reader.
type lines struct {
	mutex   sync.Mutex
	waiting *sync.Cond
	queue   [][]byte
}

func newLines(out io.Writer) *lines {
	l := &lines{}
	l.waiting = sync.NewCond(&l.mutex)
	go func() {
		for {
			l.mutex.Lock()
			for len(l.queue) == 0 {
				l.waiting.Wait()
			}
			next := l.queue
			l.queue = nil
			l.mutex.Unlock()
			for _, line := range next {
				if _, err := out.Write(line); err != nil {
					return
				}
			}
		}
	}()
	return l
}

func (l *lines) say(document any) {
	line, err := json.Marshal(document)
	if err != nil {
		return
	}
	l.mutex.Lock()
	l.queue = append(l.queue, append(line, '\n'))
	l.mutex.Unlock()
	l.waiting.Signal()
}
