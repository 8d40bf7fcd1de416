//go:build tools

// Package tools names the runner of workflow files; go.mod beside it holds its version.
package tools

import _ "github.com/nektos/act"
