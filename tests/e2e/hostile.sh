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

# Closing a descriptor that a container has sent takes as long as the container likes: socket(7), SO_LINGER.
stack lingering <<'YAML'
services:
  sender:
    rootfs: /
    command: [python3, /told/send.py]
    volumes: ["./told:/told"]
    x-mdcompose: {probe: {notify: true}}
YAML
mkdir told
cat >told/send.py <<'PY'
import array, os, socket, struct, time

def lingering():
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 3600))
    client.setblocking(False)
    try:
        while True: client.send(bytes(65536))
    except BlockingIOError:
        return server, client

notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.connect(os.environ["NOTIFY_SOCKET"])
sockets = [lingering() for _ in range(3)]
open("/told/ready", "w").close()
while not os.path.exists("/told/go"): time.sleep(0.02)
for _, client in sockets:
    notify.sendmsg([b"STATUS=x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [client.fileno()]))])
    client.close()
open("/told/sent", "w").close()
time.sleep(3600)
PY
expect_status 0 mdcompose up -d
eventually "the sender is ready" test -e told/ready
supervisor=$(supervisor_of lingering)
# It must be the last who closes them.
kill -STOP "$supervisor"
touch told/go
eventually "they are sent" test -e told/sent
kill -CONT "$supervisor"
expect_status 0 timeout 5 "$MDCOMPOSE" exec sender true
expect_status 0 timeout 10 "$MDCOMPOSE" restart --timeout 0
expect_status 0 timeout 10 "$MDCOMPOSE" down --timeout 0
