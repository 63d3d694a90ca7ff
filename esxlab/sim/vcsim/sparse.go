package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"runtime"
	"syscall"
)

const (
	block    = 1 << 20
	seekData = 3 // lseek(2), Linux
)

var zeros = make([]byte, block)

// copySparse copies the bytes from `from` to `to` of a file to the same place in another, opened with `flags`, which
// ends there afterwards. Holes and blocks of zeros stay holes: a thin disk of 20 GiB costs what it holds.
func copySparse(source, target string, flags int, from, to int64) error {
	read, err := os.Open(source)
	if err != nil {
		return err
	}
	defer read.Close()
	written, err := os.OpenFile(target, flags, 0o600)
	if err != nil {
		return err
	}
	err = copyBlocks(read, written, from, to)
	if closing := written.Close(); err == nil {
		err = closing
	}
	return err
}

func copyBlocks(read, written *os.File, from, to int64) error {
	buffer := make([]byte, block)
	for at := from; at < to; {
		next, err := dataFrom(read, at)
		if errors.Is(err, io.EOF) || next >= to {
			break
		}
		if err != nil {
			return err
		}
		at = next
		n, err := read.ReadAt(buffer[:min(block, to-at)], at)
		if n == 0 && err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if n == 0 {
			break // it has become shorter meanwhile
		}
		if !bytes.Equal(buffer[:n], zeros[:n]) {
			if _, err = written.WriteAt(buffer[:n], at); err != nil {
				return err
			}
		}
		at += int64(n)
	}
	return written.Truncate(to)
}

// dataFrom is where the next data begins; io.EOF when there is none. Elsewhere than on Linux everything is data.
func dataFrom(file *os.File, at int64) (int64, error) {
	if runtime.GOOS != "linux" {
		return at, nil
	}
	next, err := file.Seek(at, seekData)
	if errors.Is(err, syscall.ENXIO) {
		return 0, io.EOF
	}
	return next, err
}
