//go:build tools

// Package tools names the command that Flux's HelmReleases need; go.mod beside it holds its version.
package tools

import _ "github.com/fluxcd/helm-controller"
