#!/bin/bash
# Stacks whose containers do not wish their supervisor well.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Whoever traces a process is told of its end first, and its parent only then: ptrace(2). The call is number 101 of
# x86_64, with PTRACE_SEIZE.
stack traced-probe <<'YAML'
services:
  tracer:
    rootfs: /
    cap_add: [SYS_PTRACE]
    healthcheck: {test: [CMD, sleep, "0.2"], interval: 1s, timeout: 5s}
    command:
      - perl
      - -e
      - for (;;) { for (2..5000) { $$$$ != $$_ and kill(0, $$_) and !syscall(101, 0x4206, $$_, 0, 0) and syswrite(STDOUT, "traced\n") and sleep 3600 } }
YAML
expect_status 0 mdcompose up -d
eventually "a probe is traced" sh -c "'$MDCOMPOSE' logs tracer | grep -q traced"
sleep 1
expect_status 0 timeout 10 "$MDCOMPOSE" stop --timeout 1
expect_status 0 timeout 10 "$MDCOMPOSE" down
