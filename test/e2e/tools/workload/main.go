// Command workload runs in the tests' pods. `pause` holds a pod's namespaces. `serve` is a web server with metrics and a configurable
// error rate; it can send requests to itself.
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	role := "serve"
	if len(os.Args) > 1 {
		role = os.Args[1]
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	switch role {
	case "pause":
	case "serve":
		go serve(number("PORT", 8080), number("ERRORS_PER_THOUSAND", 0), number("REQUESTS_PER_SECOND", 0))
	default:
		fmt.Fprintln(os.Stderr, "workload pause | serve")
		os.Exit(2)
	}
	<-stop
}

// serve answers `/`, where the configured share of requests fails, and `/metrics`.
func serve(port, errorsPerThousand, requestsPerSecond int) {
	var requests, failed atomic.Int64
	http.HandleFunc("/", func(response http.ResponseWriter, _ *http.Request) {
		// Spread the errors evenly, so that every series of requests has the same error rate.
		n := requests.Add(1)
		if n*int64(errorsPerThousand)/1000 > (n-1)*int64(errorsPerThousand)/1000 {
			failed.Add(1)
			http.Error(response, "configured failure", http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(response, os.Getenv("VERSION"))
	})
	http.HandleFunc("/metrics", func(response http.ResponseWriter, _ *http.Request) {
		bad := failed.Load()
		response.Header().Set("Content-Type", "text/plain; version=0.0.4")
		fmt.Fprintf(response, "# HELP http_requests_total Requests by status code.\n# TYPE http_requests_total counter\n")
		fmt.Fprintf(response, "http_requests_total{code=\"200\"} %d\n", requests.Load()-bad)
		fmt.Fprintf(response, "http_requests_total{code=\"500\"} %d\n", bad)
	})
	if requestsPerSecond > 0 {
		go sendRequests(fmt.Sprintf("http://127.0.0.1:%d/", port), requestsPerSecond)
	}
	fmt.Printf("serving on %d, %d ‰ errors\n", port, errorsPerThousand)
	fmt.Fprintln(os.Stderr, http.ListenAndServe(fmt.Sprintf(":%d", port), nil))
	os.Exit(1)
}

func sendRequests(url string, perSecond int) {
	for range time.Tick(time.Second / time.Duration(perSecond)) {
		if response, err := http.Get(url); err == nil {
			response.Body.Close()
		}
	}
}

func number(name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	value, err := strconv.Atoi(text)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s is not a number: %q\n", name, text)
		os.Exit(2)
	}
	return value
}
