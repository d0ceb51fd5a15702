#!/bin/bash
# What `config` prints, flag by flag.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
config() { "$MDCOMPOSE" config "$@" 2>errors; }

file compose.yaml <<'YAML'
name: shop
services:
  web:
    image: web:${TAG:-1}
    command: echo $$HOME
    environment: {LEVEL: "${LEVEL}", HOST: }
    env_file: web.env
    depends_on: [db]
    volumes: [data:/data, ./src:/src]
  db: {build: ./db, secrets: [token]}
  debug: {image: "debug", profiles: [dev, ops]}
volumes: {data: , unused: }
networks: {unused: }
secrets: {token: {file: ./token}}
models: {m: {model: ai/x}}
YAML
echo 'LEVEL=info' >.env
echo 'FROM_FILE=yes' >web.env
mkdir db

expect "yaml" "$(cat <<YAML
name: shop
services:
  db:
    build:
      context: $work/db
      dockerfile: Dockerfile
    networks:
      default: null
    secrets:
    - source: token
      target: /run/secrets/token
  web:
    command:
    - echo
    - \$\$HOME
    depends_on:
      db:
        condition: service_started
        required: true
    environment:
      FROM_FILE: "yes"
      HOST: null
      LEVEL: info
    image: web:1
    networks:
      default: null
    volumes:
    - type: volume
      source: data
      target: /data
      volume: {}
    - type: bind
      source: $work/src
      target: /src
      bind: {}
networks:
  default:
    name: shop_default
volumes:
  data:
    name: shop_data
secrets:
  token:
    name: shop_token
    file: $work/token
YAML
)" "$(config)"
expect "json of one service" '{
  "name": "shop",
  "services": {
    "debug": {
      "profiles": [
        "dev",
        "ops"
      ],
      "image": "debug",
      "networks": {
        "default": null
      },
      "command": null,
      "entrypoint": null
    }
  },
  "networks": {
    "default": {
      "name": "shop_default",
      "ipam": {}
    }
  }
}' "$(config --format json debug)"
expect "services" $'db\nweb' "$(config --services)"
expect "services of a profile" $'db\ndebug\nweb' "$("$MDCOMPOSE" --profile dev config --services)"
expect "volumes" data "$(config --volumes)"
expect "all volumes" $'data\nunused' "$("$MDCOMPOSE" --all-resources config --volumes)"
expect "networks" default "$(config --networks)"
expect "models" ai/x "$("$MDCOMPOSE" --all-resources config --models)"
expect "profiles" $'dev\nops' "$(config --profiles)"
expect "images" $'shop-db\nweb:1' "$(config --images)"
expect "images of a service" web:1 "$(config --images web | grep web)"
expect "hashes" $'db\nweb' "$(config --hash '*' | cut -d' ' -f1)"
expect "the hash of one" "$(config --hash '*' | grep web)" "$(config --hash web)"
expect "variables" 'NAME   REQUIRED  DEFAULT VALUE  ALTERNATE VALUE
LEVEL  false
TAG    false     1' "$(config --variables)"
expect "variables as json" '"default_value": "1",' "$(config --variables --format json | grep -A3 TAG | grep -o '"default.*')"
expect "environment" "LEVEL=info" "$(config --environment | grep LEVEL)"
expect "not interpolated" '    image: web:${TAG:-1}' "$(config --no-interpolate | grep image: | head -1)"
expect "not interpolated, dollars as they are" '    command: echo $$HOME' "$(config --no-interpolate | grep command)"
expect "not normalized" "" "$(config --no-normalize | grep -e default -e shop_data)"
expect "paths not resolved" '      source: ./src' "$(config --no-path-resolution | grep src | head -1)"
expect "env files not read" "    - path: $work/web.env" "$(config --no-env-resolution | grep path)"
expect "quiet" "" "$(config -q)"
config -o printed.yaml
expect "output" "$(config)" "$(cat printed.yaml)"
expect "what was printed can be read" "$(config)" "$("$MDCOMPOSE" -f printed.yaml config)"

expect "explained" "services.web.image = \"web:1\"
    compose.yaml:4:12; TAG is not set: its default
services.web.environment.FROM_FILE = \"yes\"
    web.env:1:1
services.web.environment.HOST = null
    compose.yaml:6:44
services.web.environment.LEVEL = \"info\"
    compose.yaml:6:26; LEVEL from .env:1" "$(config --explain services.web.image services.web.environment)"
file compose.override.yaml <<'YAML'
services:
  web: {image: "mine:$TAG", environment: [LEVEL=debug]}
YAML
expect "what was overridden" "services.web.image = \"mine:2\"
    compose.override.yaml:2:16, overrides compose.yaml:4:12; TAG from the environment
services.web.environment.LEVEL = \"debug\"
    compose.override.yaml:2:43, overrides compose.yaml:6:26" \
  "$(TAG=2 "$MDCOMPOSE" config --explain services.web.image services.web.environment.LEVEL)"
expect "unset variables are warnings" 'warning: compose.override.yaml:2:16: the variable "TAG" is not set: an empty string is used' \
  "$("$MDCOMPOSE" config -q 2>&1)"
"$MDCOMPOSE" --strict config -q 2>errors
expect "exit status of a warning under --strict" 2 $?
config --explain services.nobody
expect "exit status of a path to nowhere" 2 $?
rm compose.override.yaml

file broken.yaml <<'YAML'
services:
  web: {image: x, networks: [none]}
YAML
"$MDCOMPOSE" -f broken.yaml config -q 2>errors
expect "exit status" 2 $?
expect "message" 'mdcompose: broken.yaml:2:30: services.web.networks: network "none" is not defined
  2 |   web: {image: x, networks: [none]}
    |                              ^' "$(cat errors)"
"$MDCOMPOSE" -f broken.yaml config -q --no-consistency
expect "consistency not checked" 0 $?
file many.yaml <<'YAML'
services:
  web:
    imagee: x
    ports: 80
    tty: maybe
YAML
expect "all errors at once" 'mdcompose: many.yaml:3:5: services.web: unknown key "imagee"
many.yaml:4:12: services.web.ports must be a list, not integer
many.yaml:5:10: services.web.tty: "maybe" is not true or false' \
  "$("$MDCOMPOSE" -f many.yaml config -q 2>&1 | grep -e many.yaml)"
expect "standard input" "name: in" "$(echo 'services: {web: {image: x}}' | "$MDCOMPOSE" -p in -f - config | head -1)"
finish
