#!/usr/bin/env bash
# Runs the example policies on the traces, and writes results.md and the plots beside this script.
#
#   docs/what-if/make.sh TRACES_DIR
#
# TRACES_DIR holds the five CSV files named below, of the Numenta Anomaly Benchmark
# (https://github.com/numenta/NAB, data/realAWSCloudwatch and data/realKnownCause). The same traces
# and the same build give the same files.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
traces=${1:?"usage: $0 TRACES_DIR"}
# A minute: what a virtual machine takes, and longer than a container.
settings=(--start-up 1m --drain 10s --target 80)
policies=(threshold target)

# Trace, what one server does at 100 percent, the forecasting policy beside the others, what it is.
cases=(
  "rds_cpu_utilization_cc0c53|2.5|predictive|Processor use of a database server: two weeks that are flat, but for one step up"
  "ec2_cpu_utilization_5f5533|8|predictive|Processor use of a machine: two weeks of noise around a mean"
  "ec2_cpu_utilization_77c1ca|8|predictive|Processor use of a machine: two weeks of nearly nothing, with sudden peaks"
  "elb_request_count_8c0756|50|predictive|Requests to a load balancer in five minutes: two weeks of busier and quieter hours, and of noise"
  "cpu_utilization_asg_misconfiguration|10|predictive-hourly|Processor use of a group of machines: two months with a peak at the same minute of every hour, and a fault at the end"
)

# The table of the command line as one of Markdown: columns are two spaces apart.
markdown() {
  sed -n '/^policy /,$p' | awk '
  /^forecasts of / { print ""; sub(/^f/, "F"); print $0 "."; next }
  {
    gsub(/^ +| +$/, ""); gsub(/   */, " | "); print "| " $0 " |"
    if (NR == 1) print "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
  }'
}

{
  echo "# What if: results"
  echo
  echo "Written by [make.sh](make.sh); [what-if](../what-if.md) says what the figures mean and where the"
  echo "model ends. The policies are the examples in [docs/policies](../policies)."
  echo "Settings of all runs: \`${settings[*]}\`."
  for case in "${cases[@]}"; do
    IFS='|' read -r name capacity forecasting what <<<"$case"
    arguments=()
    for policy in "${policies[@]}" "$forecasting"; do
      arguments+=(--policy "$root/docs/policies/$policy.yaml")
    done
    echo
    echo "## $name"
    echo
    echo "$what. A server does $capacity of its units at 100 % (\`--servers-capacity $capacity\`)."
    echo
    SLUICE_JAVA_OPTS="-XX:TieredStopAtLevel=4" "$root/sluice" what-if "${arguments[@]}" \
      --trace "$traces/$name.csv" --servers-capacity "$capacity" "${settings[@]}" \
      --plot "$here/$name.svg" | markdown
    echo
    echo "![$name]($name.svg)"
    echo "$name done" >&2
  done
} >"$here/results.md.new"
mv "$here/results.md.new" "$here/results.md"
