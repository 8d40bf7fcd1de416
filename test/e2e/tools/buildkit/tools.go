//go:build tools

// Package tools names BuildKit and its command for docker; go.mod beside it holds their versions.
package tools

import (
	_ "github.com/docker/buildx/cmd/buildx"
	_ "github.com/moby/buildkit/cmd/buildkitd"
)
