//go:build tools

// Package tools names the command that Argo Rollouts needs; go.mod beside it holds its version.
package tools

import _ "github.com/argoproj/argo-rollouts/cmd/rollouts-controller"
