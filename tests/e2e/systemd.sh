#!/bin/bash
# The unit that `systemd` prints does what it says: its command lines are run as systemd would run them. And what a machine
# that went down has left is not taken for what runs.
. "$(dirname "$0")/lib.sh"

# run_line UNIT KEY: the command line of KEY, read by systemd's rules, in the unit's directory and environment only
run_line() {
  python3 - "$1" "$2" <<'PY'
import os, re, shlex, sys
def words(text):
    plain = lambda word: word.replace('%%', '%').replace('$$', '$')
    found = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', text)
    escape = lambda match: chr(int(match[1][1:], 16)) if match[1][0] == 'x' else match[1]
    return [plain(re.sub(r'\\(x[0-9a-f]{2}|.)', escape, quoted)) if quoted or not bare else plain(bare) for quoted, bare in found]
values = {}
for line in open(sys.argv[1]):
    key, equals, value = line.rstrip('\n').partition('=')
    if equals and not line.startswith('#'): values.setdefault(key, []).append(value)
os.chdir(values['WorkingDirectory'][0].replace('%%', '%'))
environment = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'NO_COLOR': '1'}
for value in values.get('Environment', []):
    for word in words(value):
        name, _, text = word.partition('=')
        environment[name] = text
line = words(values[sys.argv[2]][0])
os.execve(line[0], line, environment)
PY
}

mkdir -p "$work/my shop/50% \$off"
cd "$work/my shop/50% \$off" || exit 2
stacks+=("$PWD")
cat >mdcompose.yaml <<'YAML'
name: shop
services:
  web: {rootfs: /, init: true, command: [sh, -c, 'echo "for $WHO"; exec sleep infinity'], environment: {WHO: "${WHO}"}}
  job: {rootfs: /, command: "true", depends_on: [web], stop_grace_period: 90s}
  extra: {rootfs: /, init: true, command: sleep infinity, profiles: [more], pre_stop: [{command: "true"}]}
YAML
echo 'WHO=everybody' >'who it is.env'

mdcompose --env-file 'who it is.env' --profile more systemd >shop.service 2>said
expect "status" 0 $?
expect "nothing to warn of" "" "$(cat said)"
expect_has "no variables in the directory" "WorkingDirectory=$work/my shop/50%% \$off" "$(cat shop.service)"
expect_has "time to stop: 10 s twice, 10 s for a hook, 90 s, and 30 s" "TimeoutStopSec=150" "$(cat shop.service)"
if command -v systemd-analyze >/dev/null; then
  cp shop.service "$work/mdcompose-shop.service"
  expect "systemd's opinion" "" "$(systemd-analyze verify --man=no "$work/mdcompose-shop.service" 2>&1 | grep mdcompose-shop)"
  mdcompose systemd --user --output "$work/mdcompose-user.service" 2>/dev/null
  expect "systemd's opinion for a user" "" "$(systemd-analyze verify --user --man=no "$work/mdcompose-user.service" 2>&1 | grep mdcompose-user)"
else
  echo "SKIPPED: systemd-analyze is not installed" >&2
fi

expect_status 0 run_line shop.service ExecStart
expect "what runs, the job aside" "shop-extra-1 shop-web-1" "$(mdcompose --project-name shop ps -q extra web | sort | xargs)"
expect_has "the environment file" "for everybody" "$(mdcompose --profile more --env-file 'who it is.env' logs --no-log-prefix web)"
expect_status 0 run_line shop.service ExecReload
expect_status 0 run_line shop.service ExecStop
expect "nothing is left" "" "$(mdcompose --project-name shop ps -aq)"

# A shell's variables are not there at boot.
WHO=me mdcompose systemd >/dev/null 2>said
expect_has "a lost variable" "WHO" "$(cat said)"
expect_has "what to do" "--env-file" "$(cat said)"
cat >lost.yaml <<'YAML'
name: lost
services:
  a:
    rootfs: /
    command: "true"
    environment: {PLAIN: , NAME: "${COMPOSE_PROJECT_NAME}", DIRECTORY: "${PWD}", FALLBACK: "${FALLBACK:-same}"}
    env_file: [a.env]
    secrets: [token]
    configs: [text]
    volumes: ["~/data:/data"]
    profiles: ["${PROFILE}"]
secrets: {token: {environment: TOKEN}}
configs: {text: {environment: TEXT}}
YAML
echo 'INSIDE=${NESTED}' >a.env
PLAIN=1 FALLBACK=same TOKEN=2 TEXT=3 NESTED=4 PROFILE=p UNUSED=5 HOME=/home/shop mdcompose --file lost.yaml --profile p systemd >lost.service 2>said
expect "what is lost" "warning: the stack needs variables that only this shell has set: NESTED, PLAIN, PROFILE, TEXT, TOKEN; write them to .env or to an --env-file for them to be known at boot" "$(cat said)"
expect_has "the home directory is kept" "Environment=HOME=/home/shop" "$(cat lost.service)"
PLAIN=1 TOKEN=2 TEXT=3 NESTED=4 PROFILE=p mdcompose --file lost.yaml --profile p systemd nosuch >/dev/null 2>said
expect "status" 1 $?
expect_has "no such service" "no such service: nosuch" "$(cat said)"
echo 'services: {a: {rootfs: /, command: "true", volumes: ["~/data:/data"]}}' >home.yaml
expect_has "a home directory without the variable" "source: $(getent passwd "$(id -u)" | cut -d: -f6)/data" "$(env -i "$MDCOMPOSE" --file home.yaml config)"
expect_status 2 env WHO=me sh -c "'$MDCOMPOSE' --file - systemd <mdcompose.yaml"
expect_has "no file" "standard input" "$output"
