//go:build tools

// Package tools names the command that Flux needs; go.mod beside it holds its version.
package tools

import _ "github.com/fluxcd/kustomize-controller"
