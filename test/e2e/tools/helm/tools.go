//go:build tools

// Package tools names Helm; go.mod beside it holds its version.
package tools

import _ "helm.sh/helm/v3/cmd/helm"
