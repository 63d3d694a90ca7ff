package main

import (
	"net/http"
	"net/url"
	"strings"
)

// What path.Match reads as more than itself.
var special = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`)

// literally lets a datacenter and a datastore be asked for by their names: vcsim takes dcPath and dsName of a file's
// address for patterns, and does not find the datacenter "Site [Nord]". A server does.
func literally(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/folder") {
			query := r.URL.Query()
			for _, name := range []string{"dcPath", "dsName"} {
				if query.Has(name) {
					query.Set(name, special.Replace(query.Get(name)))
				}
			}
			asked, address := *r, url.URL(*r.URL)
			address.RawQuery = query.Encode()
			asked.URL = &address
			r = &asked
		}
		next.ServeHTTP(w, r)
	})
}
