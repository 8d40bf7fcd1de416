module gitops-actions/e2e/workload

go 1.25.0
