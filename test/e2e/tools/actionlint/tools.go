//go:build tools

// Package tools names the checker of workflow files; go.mod beside it holds its version.
package tools

import _ "github.com/rhysd/actionlint/cmd/actionlint"
