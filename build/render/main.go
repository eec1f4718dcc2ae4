// Renders the chart for people who have no Helm: build/chart render VALUES...
package main

import (
	"fmt"
	"os"
)

func main() {
	out, err := renderChart(chartFolder(), "hotline", os.Args[1:]...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(out)
}
