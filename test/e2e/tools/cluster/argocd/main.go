// Command argocd holds the two parts of Argo CD that sync an Application. Argo CD's own main also links its web server, its
// command line and the notification services, which more than doubles what has to be compiled.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	"github.com/spf13/cobra"
)

func main() {
	// As in Argo CD's own main, the name under which the program runs chooses the part.
	roles := map[string]func() *cobra.Command{
		"argocd-application-controller": controller.NewCommand,
		"argocd-repo-server":            reposerver.NewCommand,
	}
	role, known := roles[filepath.Base(os.Args[0])]
	if !known {
		fmt.Fprintln(os.Stderr, "run as argocd-application-controller or argocd-repo-server")
		os.Exit(2)
	}
	if err := role().Execute(); err != nil {
		os.Exit(1)
	}
}
