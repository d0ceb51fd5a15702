#!/bin/bash
# A seccomp profile of the user's, as Docker writes them.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
mkdir -p "$work/profile/conf"
cat >"$work/profile/conf/no-mkdir.json" <<'JSON'
{"defaultAction": "SCMP_ACT_ALLOW",
 "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
             {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]}],
 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95,
               "excludes": {"caps": ["CAP_SYS_NICE"]}}]}
JSON

stack profile <<'YAML'
services:
  refused: {rootfs: /, command: mkdir /srv/new, security_opt: ["seccomp:conf/no-mkdir.json"]}
  allowed: {rootfs: /, command: mkdir /srv/new, security_opt: ["seccomp=conf/no-mkdir.json"], cap_add: [SYS_NICE]}
YAML
expect_status 0 mdcompose up
expect_has "the call is answered as the profile says" "cannot create directory '/srv/new': Operation not supported" "$output"
expect_has "who has the capability may" "allowed-1 exited with code 0" "$output"

stack missing-profile <<'YAML'
services:
  web: {rootfs: /, command: "true", security_opt: ["seccomp:none.json"]}
YAML
expect_status 1 mdcompose up -d
expect_has "which file" "missing-profile/none.json: No such file or directory" "$output"

stack broken-profile <<'YAML'
services:
  web: {rootfs: /, command: "true", security_opt: ["seccomp:mdcompose.yaml"]}
YAML
expect_status 1 mdcompose up -d
expect_has "what is wrong" "services.web.security_opt: the seccomp profile: not valid JSON" "$output"
